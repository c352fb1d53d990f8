package org.plantbuddy.watch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the operator was told, and what is on its way. Immutable.
 *
 * @param troubles of each part that does not work, or did not lately
 * @param waiting messages that a channel has not taken yet, oldest first
 * @param at when somebody last looked, in ms since the epoch
 */
record Told(Map<String, Trouble> troubles, List<Waiting> waiting, long at) {

    static final Told NOTHING = new Told(Map.of(), List.of(), 0);

    /** Where nobody looked for so long, all had ended: what was beginning then is none of today's troubles. */
    static final long PAUSE_MS = 300_000;

    /** A channel that is away for long gets the newest of them. */
    static final int MOST_WAITING = 20;

    static final long TRIED_FOR_MS = 24 * 3_600_000L;
    private static final long FIRST_PAUSE_MS = 10_000;
    private static final long LONGEST_PAUSE_MS = 600_000;

    /**
     * A message for one channel.
     *
     * @param tries how often it failed
     * @param next not before this, in ms since the epoch
     */
    record Waiting(String channel, Message message, int tries, long next) {}

    /**
     * After a look.
     *
     * @param wrong what does not work now, by part
     * @param channels which are told of changes
     */
    Told after(Map<String, Wrong> wrong, long now, Set<String> channels) {
        Map<String, Trouble> left = new TreeMap<>();
        List<Message.Line> told = new ArrayList<>();
        List<Message.Line> over = new ArrayList<>();
        Set<String> parts = new TreeSet<>(troubles.keySet());
        parts.addAll(wrong.keySet());
        for (String part : parts) {
            Trouble known = troubles.getOrDefault(part, Trouble.NONE).remembered(now);
            Trouble before = now - at > PAUSE_MS && !known.told() ? known.over() : known;
            Trouble trouble = Optional.ofNullable(wrong.get(part))
                    .map(why -> before.wrong(why.reason(), why.since()))
                    .orElseGet(() -> before.since() == 0 ? before : before.well(now));
            if (trouble.isToBeTold(now)) {
                told.add(new Message.Line(part, trouble.reason(), trouble.since(), 0));
                trouble = trouble.toldNow(now);
            } else if (trouble.isOver(now)) {
                if (trouble.told()) {
                    over.add(new Message.Line(part, trouble.reason(), trouble.since(), trouble.wellSince()));
                }
                trouble = trouble.over();
            }
            if (!trouble.isNothing()) {
                left.put(part, trouble);
            }
        }
        List<Waiting> more = new ArrayList<>(waiting);
        if (!told.isEmpty() || !over.isEmpty()) {
            Message message = new Message(now, told, over);
            channels.forEach(channel -> more.add(new Waiting(channel, message, 0, now)));
        }
        return new Told(left, bounded(more, now, channels), now);
    }

    private static List<Waiting> bounded(List<Waiting> waiting, long now, Set<String> channels) {
        List<Waiting> kept = new ArrayList<>(waiting.stream()
                .filter(one ->
                        channels.contains(one.channel()) && now - one.message().at() < TRIED_FOR_MS)
                .toList());
        Map<String, Long> of = new HashMap<>();
        kept.forEach(one -> of.merge(one.channel(), 1L, Long::sum));
        kept.removeIf(one -> of.merge(one.channel(), -1L, Long::sum) >= MOST_WAITING);
        return kept;
    }

    /** The oldest message of a channel, if its time has come. */
    Optional<Waiting> due(String channel, long now) {
        return waiting.stream()
                .filter(one -> one.channel().equals(channel))
                .findFirst()
                .filter(one -> one.next() <= now);
    }

    Told delivered(Waiting done) {
        return new Told(
                troubles, waiting.stream().filter(one -> !one.equals(done)).toList(), at);
    }

    Told failed(Waiting failed, long now) {
        long pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(10, failed.tries()));
        Waiting again = new Waiting(failed.channel(), failed.message(), failed.tries() + 1, now + pause);
        return new Told(
                troubles,
                waiting.stream().map(one -> one.equals(failed) ? again : one).toList(),
                at);
    }

    /** Of parts that nobody will hear of again. */
    Told without(Set<String> parts) {
        Map<String, Trouble> left = new TreeMap<>(troubles);
        left.keySet().removeAll(parts);
        return new Told(left, waiting, at);
    }
}
