package org.plantbuddy.operations.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Actor;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.accounts.Description;
import org.plantbuddy.flux.export.UserExport;
import org.plantbuddy.flux.threshold.BadThresholdException;
import org.plantbuddy.flux.threshold.Scope;
import org.plantbuddy.flux.threshold.Threshold;
import org.plantbuddy.flux.threshold.ThresholdPoint;
import org.plantbuddy.flux.threshold.Thresholds;
import org.plantbuddy.reading.Level;
import org.plantbuddy.text.Sha256;
import org.plantbuddy.topic.InvalidNameException;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;

/**
 * What an archive of an export has beside points: boards with their names, thresholds, and alerts that are over. What the user has
 * already stays as it is, so that the same archive again changes nothing. Whatever is no such thing is left out, and counted:
 * an archive is a file that anybody may have written.
 */
final class AccountImport {

    private static final int MOST_BYTES = 64 * 1024 * 1024;
    private static final int MOST_ALERTS = 100_000;
    private static final int MOST_BOARDS = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String user;
    private final Map<String, Description> boards = new LinkedHashMap<>();
    private final List<Alert> alerts = new ArrayList<>();
    private final List<Threshold> thresholds = new ArrayList<>();
    private int leftOut;

    private AccountImport(String user) {
        this.user = user;
    }

    /**
     * Looks at an archive.
     *
     * @return empty for what is none, or has no {@code account.json}
     * @throws ImportRefusedException when it is another user's, or cannot be read
     */
    static Optional<AccountImport> of(HistoryFile file, String user) throws IOException {
        Optional<byte[]> account = file.whole(UserExport.ACCOUNT, MOST_BYTES);
        if (account.isEmpty()) {
            return Optional.empty();
        }
        AccountImport read = new AccountImport(user);
        try {
            read.account(JSON.readTree(account.get()));
        } catch (JsonProcessingException e) {
            throw new ImportRefusedException("its " + UserExport.ACCOUNT + " is damaged: " + e.getOriginalMessage());
        }
        Optional<HistoryFile> settings = file.entry(UserExport.SETTINGS);
        if (settings.isPresent()) {
            read.thresholds(settings.get());
        }
        return Optional.of(read);
    }

    private void account(JsonNode archive) throws ImportRefusedException {
        String owner = archive.path("user").asText();
        if (!owner.equals(user)) {
            throw new ImportRefusedException("the archive is of user '" + BadLineException.shown(owner) + "', not of '"
                    + user + "'; nothing was imported");
        }
        JsonNode tables = archive.path("tables");
        for (JsonNode row : tables.path("devices")) {
            String device = row.path("name").asText();
            if (boards.size() >= MOST_BOARDS || !Names.isDevice(device)) {
                leftOut++;
                continue;
            }
            try {
                boards.put(
                        device,
                        Description.NONE
                                .withName(row.path("own_name").asText(""))
                                .withPlace(row.path("place").asText(""))
                                .withArchived(row.path("archived_at").isNumber()));
            } catch (IllegalArgumentException e) {
                leftOut++;
                boards.put(device, Description.NONE);
            }
        }
        Map<SeriesName, Alert> newest = new HashMap<>();
        for (JsonNode row : tables.path("alerts")) {
            if (alerts.size() >= MOST_ALERTS) {
                leftOut++;
                continue;
            }
            alert(row)
                    .ifPresentOrElse(
                            alert -> {
                                alerts.add(alert);
                                newest.merge(
                                        new SeriesName(user, alert.device(), alert.sensor()),
                                        alert,
                                        (one, other) -> one.statusTimeNs() > other.statusTimeNs() ? one : other);
                            },
                            () -> leftOut++);
        }
        // One that is in force is told anew by the check, if it still is; stored, nothing would ever end it.
        alerts.removeIf(alert -> alert.level() != Level.OK && newest.containsValue(alert));
    }

    private Optional<Alert> alert(JsonNode row) {
        String device = row.path("device_name").asText();
        String sensor = row.path("sensor").asText();
        Optional<Level> level = Level.of(row.path("level").asText());
        Optional<Level> before = Level.of(row.path("previous_level").asText());
        String threshold = row.path("threshold").asText();
        String message = row.path("message").asText();
        boolean isOne = Names.isDevice(device)
                && (Names.isSensor(sensor) || sensor.equals(Names.STATUS))
                && level.isPresent()
                && before.isPresent()
                && threshold.length() <= Alert.MAX_THRESHOLD
                && message.length() <= Alert.MAX_MESSAGE
                && row.path("time_ns").isIntegralNumber()
                && row.path("status_time_ns").isIntegralNumber();
        if (!isOne) {
            return Optional.empty();
        }
        JsonNode reading = row.path("reading");
        return Optional.of(new Alert(
                // Its own name for it: with that of another's alert, the other would be taken for a repeat.
                Sha256.hex("imported " + user + " " + row.path("id").asText()),
                user,
                device,
                sensor,
                level.get(),
                before.get(),
                reading.isNumber() ? OptionalDouble.of(reading.asDouble()) : OptionalDouble.empty(),
                threshold,
                message,
                row.path("time_ns").asLong(),
                row.path("status_time_ns").asLong()));
    }

    private void thresholds(HistoryFile settings) throws IOException {
        Map<Scope, Map<String, Object>> points = new LinkedHashMap<>();
        settings.read(
                new HistoryFile.Lines() {
                    @Override
                    public void line(long number, String text) throws IOException {
                        try {
                            add(LineProtocol.parse(text));
                        } catch (BadLineException | InvalidNameException e) {
                            leftOut++;
                        }
                    }

                    private void add(LineProtocol line) throws IOException {
                        if (!line.measurement().equals("threshold")) {
                            return; // what the tasks note for themselves
                        }
                        if (!user.equals(line.tags().get("user"))) {
                            throw new ImportRefusedException(
                                    "a threshold of the archive is another user's; nothing was imported");
                        }
                        Scope scope = new Scope(
                                user,
                                line.tags().getOrDefault("device_id", ""),
                                line.tags().getOrDefault("sensor", ""));
                        Map<String, Object> fields = points.computeIfAbsent(scope, key -> new HashMap<>());
                        line.fields().forEach((name, value) -> fields.put(name, LineProtocol.value(value)));
                    }

                    @Override
                    public void unreadable(long number, String reason) {
                        leftOut++;
                    }
                },
                bytes -> {});
        points.forEach((scope, fields) -> {
            try {
                ThresholdPoint.read(scope, fields).ifPresent(thresholds::add);
            } catch (BadThresholdException e) {
                leftOut++;
            }
        });
    }

    /**
     * Stores what the user has not.
     *
     * @param into empty: thresholds are left out, and that is said
     * @return for people, a line each
     */
    List<String> run(Accounts accounts, Optional<Thresholds> into) {
        List<String> told = new ArrayList<>();
        int made = accounts.devices().remember(user, boards);
        if (made > 0) {
            told.add("added " + made + " boards, which get a password by: plantbuddy device add " + user + " BOARD");
        }
        int kept = accounts.alerts().remember(alerts);
        if (kept > 0) {
            told.add("stored " + kept + " alerts that are over");
        }
        if (into.isPresent()) {
            int set = set(into.get());
            if (set > 0) {
                told.add("set " + set + " thresholds");
            }
        } else if (!thresholds.isEmpty()) {
            leftOut += thresholds.size();
        }
        if (leftOut > 0) {
            told.add("left out " + leftOut + " boards, alerts or thresholds of the archive, which "
                    + (into.isPresent() ? "are none" : "need the operator's token"));
        }
        return told;
    }

    boolean hasLeftOut() {
        return leftOut > 0;
    }

    private int set(Thresholds into) {
        Set<Scope> there = new HashSet<>();
        into.list(user).forEach(threshold -> there.add(threshold.scope()));
        int set = 0;
        for (Threshold threshold : thresholds) {
            if (!there.contains(threshold.scope())) {
                try {
                    into.set(threshold, Actor.operator());
                    set++;
                } catch (BadThresholdException e) {
                    leftOut++;
                }
            }
        }
        return set;
    }
}
