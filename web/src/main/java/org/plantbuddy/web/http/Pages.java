package org.plantbuddy.web.http;

import com.github.benmanes.caffeine.cache.LoadingCache;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.plantbuddy.accounts.Page;

/** Lists in pieces: {@code ?limit=} and {@code ?before=}; header {@code Link} leads to the next piece (RFC 8288). */
public final class Pages {

    private static final int USUAL = 50;
    private static final int MOST = 200;
    private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]{0,2}");
    private static final Pattern PLACE = Pattern.compile("([0-9]{1,18}|[1-8][0-9]{18})\\.([A-Za-z0-9_:-]{1,128})");

    private Pages() {}

    /**
     * What is asked for.
     *
     * @throws Problem 400 when it cannot be
     */
    public static Page asked(Context context) {
        String limit = context.queryParam("limit");
        if (limit != null && (!LIMIT.matcher(limit).matches() || Integer.parseInt(limit) > MOST)) {
            throw new Problem(400, "limit is not a number of 1 to " + MOST, "leave it out for " + USUAL);
        }
        Page newest = Page.newest(limit == null ? USUAL : Integer.parseInt(limit));
        String before = context.queryParam("before");
        if (before == null) {
            return newest;
        }
        Matcher place = PLACE.matcher(before);
        if (!place.matches()) {
            throw new Problem(400, "before is no place in the list", "follow the answer's Link header");
        }
        return new Page(newest.limit(), Long.parseLong(place.group(1)), place.group(2));
    }

    /** What gives the pieces of a user's list; what a page asks for all the time, its beginning, once in 2 s. */
    public static <T> BiFunction<String, Page, T> cached(Clock clock, BiFunction<String, Page, T> load) {
        Page beginning = Page.newest(USUAL);
        LoadingCache<String, T> newest = UserCache.shortly(clock, user -> load.apply(user, beginning));
        return (user, page) -> page.equals(beginning) ? newest.get(user) : load.apply(user, page);
    }

    /**
     * Says where more is, if there may be.
     *
     * @param time of a row, as {@link Page} has it
     */
    public static <T> void next(
            Context context, Page page, List<T> rows, Function<T, Long> time, Function<T, String> id) {
        if (rows.size() < page.limit()) {
            return;
        }
        T last = rows.get(rows.size() - 1);
        Map<String, List<String>> query = new LinkedHashMap<>(context.queryParamMap());
        query.put("limit", List.of(Integer.toString(page.limit())));
        query.put("before", List.of(time.apply(last) + "." + id.apply(last)));
        String next = query.entrySet().stream()
                .flatMap(one -> one.getValue().stream().map(value -> encoded(one.getKey()) + "=" + encoded(value)))
                .collect(Collectors.joining("&"));
        context.header(Header.LINK, "<" + context.path() + "?" + next + ">; rel=\"next\"");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
