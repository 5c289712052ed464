"""Who may open what: a line for each page, and the object that the page is about.

Roles: a applicant, k contact, r reviewer, c coordinator, u auditor, d administrator; `*` everybody who is
signed in, `?` everybody, `m` a machine with a token. An object is one of `world.py`: its owner opens it,
another applicant's or body's is not there (404), staff opens either side's. `sign_in` and `passkey` are the
person's own, whatever the role. `none` stands for an object that this world has not: who may open the page
is told so (404), everybody else is refused (403). Without a word the page is about no object. A number at
the end is what the own object may answer, too, since this world's is not ready for that page.
"""

TABLE = """
account.end                *     sign_in
account.end_others         *
account.sessions           *
account.show               *
accounts.change            d     account
accounts.disable           d     account
accounts.invite            d
accounts.listed            d
advisories.consult         r     submitted
advisories.consultations   c     advisory
advisories.index           rc
advisories.show            c     advisory
agreements.answer          ak    agreement
agreements.conclude        c     agreement
agreements.document        akrc  agreement 404
agreements.listed          akrc
agreements.pass_on         r     agreement
agreements.reply           r     agreement
agreements.sample          akrc  agreement
agreements.send_back       c     agreement
agreements.show            akrc  agreement
agreements.terminate       c     agreement
announcements.listed       rc
announcements.record       r
applications.attachment    akrc  attachment
applications.mine          ak
applications.receipt       ak    application
applications.register      ?
applications.show          akrc  application
applications.withdraw      ak    application
authenticator.change       *
bodies.listed              c
bodies.mail_form           k     body
bodies.mailbox_works       kc    contact
bodies.mine                k
bodies.receiving           k     body
bodies.show                kc    body
certificates.answer        k     certificate
certificates.ask           k     certificate
certificates.confirm       c     certificate
certificates.mine          k
certificates.refuse        c     certificate
certificates.revoke        k     certificate
certificates.upload        k
certificates.waiting       c
clients.add                k
clients.mine               k
clients.of_body            c     body
clients.revoke             kc    client
delivery.board             c
delivery.detail            c     delivery
delivery.send_again        c     mailing
destructions.accept        c     destruction
destructions.call_off      c     destruction
destructions.document      kc    destruction 404
destructions.file          k     destruction
destructions.give_back     c     destruction
destructions.listed        kc
destructions.show          kc    destruction
drafts.edit                c     advisory
drafts.new                 c
drills.acknowledge         k     drill
drills.answer              k     drill 403
drills.listed              c
drills.our                 k     drill
drills.ours                k
drills.shown               c     drill
drills.start               c
figures.as_csv             rc    table
figures.as_pdf             rc
figures.everybody          rc
figures.our_csv            k     table
figures.our_pdf            k
figures.ours               k
filling.discard            ak
filling.file               ak    chosen
filling.overview           ak
filling.paper              ak
filling.remove             ak    chosen
filling.step               ak    step
filling.submit             ak
finders.listed             r
finders.record             r     advisory
health.lives               ?
health.ready               ?
home.first                 ?
hub_certificate.armoured   ?
hub_certificate.directory  ?     none
hub_certificate.page       ?
hub_certificate.policy     ?     none
imports.import_            c
imports.imported           c     none
incidents.incident         rc    incident
incidents.listed           rc
incidents.new              k
incidents.ours             k
kit.again                  k     package
kit.check                  k     notice
kit.file                   k     package
kit.members                k     notice
kit.order                  k     notice
kit.package                k     package
language.choose            ?     language
leaks.decide               c     leak
leaks.listed               rc
leaks.record               c     advisory
log.as_csv                 u
log.entries                u
login.code                 ?
login.set_up               ?     none
login.sign_in              ?
login.sign_out             ?
mailrules.shown            k
mailrules.sieve_file       k
mailrules.thunderbird_file k
matters.early              c     advisory
matters.publication_file   c     advisory
matters.published          c
matters.same               c     advisory
matters.undo               c     none
members.answer             ?     none
member_certificates.bring  k     operator
member_certificates.remove k     operator 404
member_certificates.show   k     operator
member_receipts.ask        ?     none
member_receipts.confirm    ?     none
member_receipts.thanks     ?
notices.acknowledge        k     notice
notices.answer             k     notice
notices.ask                k     notice
notices.disseminate        k     notice
notices.ladder             k
notices.notice             k     notice
notices.publication_file   k     notice
notices.received           k
notices.stix_bundle        k     notice
openings.approve           c     opening
openings.exception         c
openings.listed            rc
openings.refuse            rc    opening
openings.show              rc    opening
openings.takeover          c
operation.begin_trial      c     body 403
operation.decide           c     body
operation.move             c     body
operation.ours             k
operation.shown            c     body
operation.waive_drill      c     body
outbox.again               cd    job
outbox.all_again           cd    kind
outbox.listed              cd
own_log.file               k     body 404
own_log.show               k
pack.file                  k
pack.ours                  k
pack.readers               rc
passkeys.add               *
passkeys.listed            *
passkeys.remove            *     passkey
password.change            *
previews.document          c     advisory
previews.show              c     advisory
problems.again             kc    problem
problems.of_body           kc    body
problems.problem           kc    problem
products.of_body           c     body
products.ours              k
products.template          k
products.upload            k
questionnaires.add         r     version
questionnaires.add_ready   r     version
questionnaires.begin       r
questionnaires.listed      r
questionnaires.raise_      r     wording
questionnaires.remove      r     wording
questionnaires.reword      r     wording
questionnaires.show        r     version
questionnaires.use         r     version
questions.listed           c
questions.question         c     question
recovery.make              *
recovery.show              *
releasing.drop             c     advisory
releasing.lift             c     advisory
releasing.release          c     advisory
releasing.revise           c     advisory
releasing.send_back        c     advisory
releasing.submit           c     advisory
releasing.withdraw         c     advisory
reminders.call             c     delivery 404
reminders.call_list        c
reminders.quiet_hours      c
reminders.rule             c     rule
reminders.rules            c
renewals.amend             c     agreement
renewals.amendment         akrc  amendment 404
renewals.renew             c     agreement
retention.hold             rcd   ending
retention.let_go           rcd   ending
retention.listed           rcud
review.check               r     application
review.queue               r
review.refuse              r     application
review.show                r     application
review.take                r     application
roster.attest              kc    body
roster.left                k     operator
roster.listed              kc    body
roster.member              k     operator
roster.new                 k     body
scheme.about               ?
scheme.blank_form          ?
scheme.roster_template     ?
sectors.add                c
sectors.add_edition        c
sectors.end                c     sector
sectors.listed             rc
signers.drop               c     change
signers.listed             rc
signers.propose_own        rc    passkey
signers.propose_removal    c     change
signers.vouch              c     change
staff.approve              cd    staff 403
staff.listed               cd
staff.refuse               cd    staff
static                     ?     file
step_up.ask                *
survey_results.listed      rc
survey_results.notice      rc    advisory 404
survey_results.trial       rc    survey
surveys.about              k     notice
surveys.answer             k     survey
surveys.hand_out           k     survey
surveys.ours               k
surveys.show               k     survey
taxii.add_objects          m     collection
taxii.api_root             m
taxii.collection           m     collection
taxii.collections          m
taxii.delete_object        m     object
taxii.discover             m
taxii.get_object           m     object
taxii.manifest             m     collection
taxii.objects              m     collection
taxii.status               m     none
taxii.versions             m     object
telephones.approve         c     number
telephones.listed          c
telephones.propose         kc    contact
telephones.refuse          kc    number
telephones.show            kc    contact
unsaved.discard            c     advisory
unsaved.discard_new        c
unsaved.keep               c     advisory
unsaved.keep_new           c
upkeep.check               k     body
upkeep.contact             kc    contact
upkeep.details             k     body
upkeep.give_window         kc    contact
upkeep.left                kc    contact
upkeep.new_contact         kc    body
"""
