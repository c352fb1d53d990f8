package org.plantbuddy.watch;

import jakarta.mail.Authenticator;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;

/** Mail to the operator by an SMTP server, whose certificate must be its own wherever TLS is not switched off. */
final class Email implements Channel {

    private static final String PATIENCE_MS = "5000";
    private static final String UTF_8 = StandardCharsets.UTF_8.name();

    private final Session session;
    private final InternetAddress from;
    private final InternetAddress[] to;

    /** @throws ConfigException with all that is wrong */
    Email(Config config) {
        this(config, Optional.empty());
    }

    /** @param trusting instead of what this machine trusts */
    Email(Config config, Optional<SSLSocketFactory> trusting) {
        List<String> errors = new ArrayList<>();
        to = addresses(config, Key.OPERATOR_EMAIL, errors);
        InternetAddress[] given = addresses(config, Key.SMTP_FROM, errors);
        from = given.length > 0 ? given[0] : to.length > 0 ? to[0] : new InternetAddress();
        if (config.optional(Key.SMTP_HOST).isEmpty()) {
            errors.add(Key.SMTP_HOST.variable() + " is not set: " + Key.OPERATOR_EMAIL.variable() + " needs it ("
                    + Key.SMTP_HOST.meaning() + ")");
        }
        String tls = config.text(Key.SMTP_TLS);
        if (!List.of("starttls", "tls", "none").contains(tls)) {
            errors.add(Key.SMTP_TLS.variable() + "=" + tls + " must be starttls, tls or none");
        }
        if (!errors.isEmpty()) {
            throw new ConfigException(errors);
        }
        Properties settings = new Properties();
        settings.put("mail.smtp.host", config.text(Key.SMTP_HOST));
        settings.put("mail.smtp.port", config.text(Key.SMTP_PORT));
        settings.put("mail.smtp.ssl.enable", "" + tls.equals("tls"));
        settings.put("mail.smtp.starttls.enable", "" + tls.equals("starttls"));
        settings.put("mail.smtp.starttls.required", "" + tls.equals("starttls"));
        settings.put("mail.smtp.ssl.checkserveridentity", "true");
        settings.put("mail.smtp.connectiontimeout", PATIENCE_MS);
        settings.put("mail.smtp.timeout", PATIENCE_MS);
        settings.put("mail.smtp.writetimeout", PATIENCE_MS);
        trusting.ifPresent(factory -> settings.put("mail.smtp.ssl.socketFactory", factory));
        Optional<String> user = config.optional(Key.SMTP_USER);
        settings.put("mail.smtp.auth", "" + user.isPresent());
        Secret password = config.secret(Key.SMTP_PASSWORD).orElse(new Secret(""));
        session = Session.getInstance(settings, new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(user.orElse(""), password.text());
            }
        });
    }

    private static InternetAddress[] addresses(Config config, Key key, List<String> errors) {
        try {
            InternetAddress[] addresses = InternetAddress.parse(config.text(key), true);
            for (InternetAddress address : addresses) {
                address.validate();
            }
            return addresses;
        } catch (AddressException e) {
            errors.add(key.variable() + "=" + config.text(key)
                    + " must be mail addresses with commas between them, for example ops@example.org");
            return new InternetAddress[0];
        }
    }

    @Override
    public String name() {
        return "email";
    }

    @Override
    @SuppressWarnings("JavaUtilDate") // what the mail library takes
    public void send(Message message) throws IOException {
        try {
            MimeMessage mail = new MimeMessage(session);
            mail.setFrom(from);
            mail.setRecipients(jakarta.mail.Message.RecipientType.TO, to);
            mail.setSubject(message.title(), UTF_8);
            mail.setText(message.text() + "\n", UTF_8);
            mail.setSentDate(new Date(message.at()));
            mail.setHeader("Auto-Submitted", "auto-generated"); // no answers of absent people
            Transport.send(mail);
        } catch (MessagingException e) {
            throw new IOException("the SMTP server did not take it: " + e.getMessage());
        }
    }
}
