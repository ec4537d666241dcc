"""The mail server."""

import smtplib
import ssl
from collections.abc import Iterator

import msgspec

from cups.accounts.ways import ways
from cups.doctor.findings import Finding, Setup, fine, look, wrong
from cups.mail.post import MailServer, Smtp

PATIENCE_S = 10.0


def mail_server(setup: Setup) -> Iterator[Finding]:
    s = setup.settings
    if not s.mail_host:
        if ways(s.consent).any_waits:
            yield look(
                mail_server,
                "There is no mail server: no parent can be asked, so nobody of 13 to 17 talks with others. Nobody gets a link for a forgotten password.",
                "Set CUPS_MAIL_HOST and CUPS_MAIL_FROM (*Letters, and parents' consent*).",
            )
        else:
            yield look(
                mail_server,
                "There is no mail server: nobody gets a link for a forgotten password.",
                "Set CUPS_MAIL_HOST and CUPS_MAIL_FROM.",
            )
        return
    at = f"{s.mail_host}:{s.mail_port}"
    hasty = msgspec.structs.replace(s, mail_timeout_s=min(PATIENCE_S, s.mail_timeout_s))
    try:
        with Smtp(MailServer.of(hasty)).opened() as client:
            client.ehlo_or_helo_if_needed()
            code, _ = client.mail(s.mail_from)
            client.rset()
    except ssl.SSLError:
        yield wrong(
            mail_server,
            f"{at} cannot prove who it is, or does not speak TLS this way.",
            "Is CUPS_MAIL_SECURITY right (`tls` is usually port 465), and the certificate good? SSL_CERT_FILE names other authorities.",
        )
    except smtplib.SMTPAuthenticationError:
        yield wrong(
            mail_server,
            f"{at} does not know this user and password.",
            "Set CUPS_MAIL_USER and CUPS_MAIL_PASSWORD right.",
        )
    except smtplib.SMTPNotSupportedError:
        yield wrong(
            mail_server,
            f"{at} does not do what it is asked for (STARTTLS, or signing in).",
            "Is CUPS_MAIL_SECURITY right? `tls` is usually port 465.",
        )
    except (smtplib.SMTPException, OSError) as error:
        yield wrong(
            mail_server,
            f"{at} does not answer as a mail server ({type(error).__name__}). Letters wait, and are given up after {s.mail_give_up_hours} h.",
            "Is it running, and are CUPS_MAIL_HOST and CUPS_MAIL_PORT right?",
        )
    else:
        if code >= 400:
            yield wrong(
                mail_server,
                f"{at} does not send for {s.mail_from}.",
                "Set CUPS_MAIL_FROM to an address that it sends for.",
            )
        else:
            yield fine(mail_server, f"{at} answers, and sends for {s.mail_from}.")
