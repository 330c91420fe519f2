"""What init makes: complete, owned, never made twice."""

import stat

from cryptography import x509

from beijiang.config.processes import secrets, tls, users
from beijiang.config.processes.layout import PRINCIPALS, Layout
from beijiang.trust.audit import rules


def instance(tmp_path):
    users.ensure_users()
    tmp_path.chmod(0o755)
    layout = Layout(tmp_path / "data")
    layout.root.mkdir()
    users.make_folders(layout)
    return layout


def test_secrets_are_private_and_belong_to_their_principal(tmp_path):
    layout = instance(tmp_path)
    assert secrets.make_all(layout, log_origin="test.example/log")
    for principal in PRINCIPALS:
        for path in (layout.secrets / principal).iterdir():
            info = path.stat()
            assert stat.S_IMODE(info.st_mode) == 0o600, path
            assert info.st_uid == users.identity(principal)[0], path


def test_a_second_time_changes_nothing(tmp_path):
    layout = instance(tmp_path)
    secrets.make_all(layout, log_origin="test.example/log")
    before = {path: path.read_bytes() for path in layout.root.rglob("*") if path.is_file()}
    assert secrets.make_all(layout, log_origin="test.example/log") == []
    assert {path: path.read_bytes() for path in layout.root.rglob("*") if path.is_file()} == before


def test_a_lost_copy_is_made_again_with_the_same_value(tmp_path):
    layout = instance(tmp_path)
    secrets.make_all(layout, log_origin="test.example/log")
    value = layout.secret("user", "subject-key").read_text()
    layout.secret("user", "subject-key").unlink()
    secrets.make_all(layout, log_origin="test.example/log")
    assert layout.secret("user", "subject-key").read_text() == value


def test_log_keys_fit_the_logs_own_reader(tmp_path):
    layout = instance(tmp_path)
    secrets.make_all(layout, log_origin="test.example/log")
    signer = rules.parse_skey(layout.secret("relay", "log-key").read_text().strip())
    verifier = rules.parse_vkey(layout.public("log-key.pub").read_text().strip())
    assert signer.name == verifier.name == "test.example/log"


def test_certificate_names_its_hosts_and_is_renewed_for_a_new_one(tmp_path):
    layout = instance(tmp_path)
    tls.ensure_server(layout, ["police.example"])
    first = layout.public("server.pem").read_bytes()
    tls.ensure_server(layout, ["police.example"])
    assert layout.public("server.pem").read_bytes() == first
    tls.ensure_server(layout, ["police.example", "10.0.0.5"])
    held = x509.load_pem_x509_certificate(layout.public("server.pem").read_bytes())
    names = held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "police.example" in names.get_values_for_type(x509.DNSName)
    assert "10.0.0.5" in [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    authority = x509.load_pem_x509_certificate(layout.public("ca.pem").read_bytes())
    held.verify_directly_issued_by(authority)


def test_the_way_to_the_data_is_checked(tmp_path):
    if not users.separated():
        return
    users.ensure_users()
    closed = tmp_path / "closed"
    (closed / "inner").mkdir(parents=True)
    closed.chmod(0o700)
    assert users.unreachable(closed / "inner", "user") is not None
