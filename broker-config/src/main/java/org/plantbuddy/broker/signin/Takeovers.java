package org.plantbuddy.broker.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.access.Verdict.Denied;

/**
 * Connections that were ended since another came with their client id. A board that lost its connection does that once, until
 * the broker notices; two boards with one sketch do it to each other, again and again. Thread-safe.
 */
public final class Takeovers {

    /** Back and forth between two addresses: it takes three ends to see it, however slowly. */
    private static final int BACK_AND_FORTH = 3;

    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    /** Behind one address, or one router: more often than a board on a poor network. */
    private static final int OFTEN = 5;

    private static final long OFTEN_WITHIN = Duration.ofMinutes(1).toNanos();

    private final Ticker ticker;
    private final Cache<String, List<Takeover>> ofClients;

    private record Takeover(long at, String address) {}

    public Takeovers(Ticker ticker) {
        this.ticker = ticker;
        this.ofClients = Caffeine.newBuilder()
                .maximumSize(10_000)
                .expireAfterWrite(REMEMBERED)
                .ticker(ticker)
                .build();
    }

    /**
     * One more connection was ended so.
     *
     * @param address from where it was
     * @return what to tell, when it looks like two boards
     */
    Optional<Denied> ended(String clientId, String address) {
        Takeover now = new Takeover(ticker.read(), address);
        List<Takeover> last = ofClients
                .asMap()
                .merge(
                        clientId,
                        List.of(now),
                        (before, one) -> Stream.concat(
                                        before.stream().skip(Math.max(0, before.size() - OFTEN + 1)), one.stream())
                                .toList());
        return isBackAndForth(last) || isOften(last, now.at()) ? Optional.of(denied(clientId, last)) : Optional.empty();
    }

    private static boolean isBackAndForth(List<Takeover> all) {
        if (all.size() < BACK_AND_FORTH) {
            return false;
        }
        List<Takeover> last = all.subList(all.size() - BACK_AND_FORTH, all.size());
        return last.get(0).address().equals(last.get(2).address())
                && !last.get(0).address().equals(last.get(1).address());
    }

    private static boolean isOften(List<Takeover> all, long now) {
        return all.size() == OFTEN && now - all.get(0).at() <= OFTEN_WITHIN;
    }

    private static Denied denied(String clientId, List<Takeover> last) {
        String from = last.stream().map(Takeover::address).distinct().collect(Collectors.joining(" and "));
        return new Denied(
                Denial.TAKEN_OVER,
                "another connection with the client id '" + clientId.substring(clientId.indexOf('|') + 1)
                        + "' comes again and again, from " + from
                        + ", and ends the one before: is one sketch on two boards?"
                        + " Give each board a name and a password of its own, and each app a client id of its own; if there"
                        + " is one only, see why it starts anew again and again");
    }
}
