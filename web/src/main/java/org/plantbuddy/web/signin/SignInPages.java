package org.plantbuddy.web.signin;

import io.javalin.config.RoutesConfig;
import java.time.Clock;
import java.util.function.Supplier;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.config.Secret;
import org.plantbuddy.web.http.Assets;
import org.plantbuddy.web.http.Routes;

/** The forms by which people come in, and the way out. */
public final class SignInPages implements Routes {

    private final SignIn signIn;
    private final PasswordPage passwords;
    private final PasswordAgain again;

    /**
     * @param key of marks that only the pages of this installation can make
     * @param behindTls whether browsers are to send cookies over TLS alone
     * @param failures of all ways in
     */
    public SignInPages(
            Accounts accounts,
            Assets assets,
            Supplier<Secret> key,
            boolean behindTls,
            FailedTries failures,
            Clock clock) {
        Signer signer = new Signer(key);
        Cookies cookies = new Cookies(behindTls);
        SignInThrottle throttle = new SignInThrottle(clock);
        PasswordTurns turns = new PasswordTurns();
        LoginForm form = new LoginForm(assets, cookies, signer);
        this.signIn = new SignIn(
                accounts.users(),
                accounts.audit(),
                new Sessions(accounts.pageSessions()),
                throttle,
                failures,
                turns,
                form,
                cookies,
                new Origin(cookies, signer));
        this.again = new PasswordAgain(accounts.users(), accounts.audit(), throttle, failures, turns);
        this.passwords = new PasswordPage(accounts.passwordLinks(), signIn, throttle, failures, turns, form, assets);
    }

    /** Who a request is from. */
    public SignIn signIn() {
        return signIn;
    }

    /** Who asks for a password once more. */
    public PasswordAgain again() {
        return again;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/login", signIn::showForm)
                .post("/login", signIn::signIn)
                .post("/logout", signIn::signOut)
                .get("/password", passwords::show)
                .post("/password", passwords::set);
    }
}
