import smtplib
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

from hub.demo.mailserver import LOOPBACK, delivered, mail_server


def message_to(address: str, subject: str = "[PRIORITY][ACTION] 要対応") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "hub@hub.example.jp", address, subject
    message.set_content("鍵を登録してください。")
    return message


def send(port: int, message: EmailMessage) -> None:
    with smtplib.SMTP(LOOPBACK, port) as server:
        server.sendmail("hub@hub.example.jp", [str(message["To"])], message.as_bytes())


def test_a_mail_comes_out_of_the_maildir_as_it_was_sent(tmp_path: Path) -> None:
    with mail_server(tmp_path) as port:
        send(port, message_to("a@example.jp"))
        [mail] = delivered(tmp_path)
    assert mail.to == ("a@example.jp",)
    assert mail.message["Subject"] == "[PRIORITY][ACTION] 要対応"
    assert mail.message.get_content().strip() == "鍵を登録してください。"


def test_mails_are_found_by_the_address_of_the_transaction(tmp_path: Path) -> None:
    with mail_server(tmp_path) as port:
        for name in ("a", "b", "a"):
            send(port, message_to(f"{name}@example.jp"))
        assert len(list(delivered(tmp_path, "a@example.jp"))) == 2
        assert len(list(delivered(tmp_path, "b@example.jp"))) == 1
        assert list(delivered(tmp_path, "c@example.jp")) == []


def test_mails_that_come_at_once_are_all_kept(tmp_path: Path) -> None:
    with mail_server(tmp_path) as port, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: send(port, message_to(f"{number}@example.jp")), range(40)))
        assert {mail.to for mail in delivered(tmp_path)} == {(f"{n}@example.jp",) for n in range(40)}
    assert not list((tmp_path / "tmp").iterdir())
