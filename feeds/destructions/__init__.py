"""Certificates of destruction (廃棄証明): asked for when the provision to a body ends or pauses."""
