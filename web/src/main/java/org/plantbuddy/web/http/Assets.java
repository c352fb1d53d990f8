package org.plantbuddy.web.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The files of the page, all read at start: what is not listed here cannot be asked for, whatever the path. Pages are there in
 * each language. Immutable.
 */
public final class Assets {

    private static final String FOLDER = "/org/plantbuddy/web/";
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final Set<String> PAGES = Set.of(
            "login.html",
            "password.html",
            "page.html",
            "missing.html",
            "operator.html",
            "plant.html",
            "account.html",
            "offline.html");
    private static final Map<String, String> FILES = Map.ofEntries(
            Map.entry("operator.js", "operator.js"),
            Map.entry("page.css", "page.css"),
            Map.entry("account.css", "account.css"),
            Map.entry("account.js", "account.js"),
            Map.entry("tokens.js", "tokens.js"),
            Map.entry("copy.js", "copy.js"),
            Map.entry("download.js", "download.js"),
            Map.entry("removal.js", "removal.js"),
            Map.entry("plant.css", "plant.css"),
            Map.entry("plant.js", "plant.js"),
            Map.entry("plantchart.js", "plantchart.js"),
            Map.entry("units.js", "units.js"),
            Map.entry("page.js", "page.js"),
            Map.entry("live.js", "live.js"),
            Map.entry("notes.js", "notes.js"),
            Map.entry("handles.js", "handles.js"),
            Map.entry("draft.js", "draft.js"),
            Map.entry("history.js", "history.js"),
            Map.entry("limits.js", "limits.js"),
            Map.entry("asking.js", "asking.js"),
            Map.entry("alerts.js", "alerts.js"),
            Map.entry("form.js", "form.js"),
            Map.entry("charts.js", "charts.js"),
            Map.entry("words.js", "words.js"),
            Map.entry("thresholds.js", "thresholds.js"),
            Map.entry("devices.js", "devices.js"),
            Map.entry("mutes.js", "mutes.js"),
            Map.entry("spoken.js", "spoken.js"),
            Map.entry("overview.js", "overview.js"),
            Map.entry("plants.js", "plants.js"),
            Map.entry("dialog.js", "dialog.js"),
            Map.entry("add.js", "add.js"),
            Map.entry("server.js", "server.js"),
            Map.entry("text.js", "text.js"),
            Map.entry("settings.js", "settings.js"),
            Map.entry("temperature.js", "temperature.js"),
            Map.entry("app.js", "app.js"),
            Map.entry("sw.js", "sw.js"),
            Map.entry("manifest.webmanifest", "manifest.webmanifest"),
            Map.entry("icon-180.png", "icon-180.png"),
            Map.entry("icon-192.png", "icon-192.png"),
            Map.entry("icon-512.png", "icon-512.png"),
            Map.entry("icon.svg", "icon.svg"),
            Map.entry("openapi.json", "openapi.json"),
            Map.entry("uplot.js", UPLOT + "uPlot.iife.min.js"),
            Map.entry("uplot.css", UPLOT + "uPlot.min.css"));
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "webmanifest", "application/manifest+json",
            "json", "application/json");

    private static final Pattern MODULE =
            Pattern.compile("(?:src=\"/assets/|from '\\./)([a-z]+\\.js)(?:\" type=\"module\"|')");

    /** Lines that are no more than a comment, and the blanks that lines begin with: only who reads the source needs them. */
    private static final Pattern NOT_SENT =
            Pattern.compile("(?ms)^\\s*/\\*\\*(?:(?!\\*/).)*+\\*/$\\s*|^\\s*//[^\n]*\n|^\\s+");

    /** What makes each page part of an app that can be installed. */
    private static final String APP = """
            <link rel="manifest" href="/assets/manifest.webmanifest">
            <link rel="apple-touch-icon" href="/assets/icon-180.png">
            """;

    private static final String START_APP = "<script src=\"/assets/app.js\" type=\"module\"></script>\n";
    private static final String WORKER = "sw.js";

    /** What pages are made of that are there without a network, too. */
    private static final Pattern IN_SHELL = Pattern.compile("^(?!operator|sw\\.js).*\\.(js|css|svg)$");

    private final Map<String, Asset> assets = new TreeMap<>();
    private final Map<Language, Map<String, Asset>> pages = new EnumMap<>(Language.class);
    private final Map<Language, Catalogue> catalogues = new EnumMap<>(Language.class);

    public Assets() {
        Map<String, String> scripts = new TreeMap<>();
        FILES.forEach((name, resource) -> {
            byte[] bytes = read(resource);
            if (resource.startsWith("/") || !name.endsWith(".js")) {
                assets.put(name, asset(name, bytes));
                return;
            }
            scripts.put(
                    name,
                    NOT_SENT.matcher(new String(bytes, StandardCharsets.UTF_8)).replaceAll(""));
            assets.put(name, asset(name, scripts.get(name).getBytes(StandardCharsets.UTF_8)));
        });
        for (Language language : Language.values()) {
            Catalogue catalogue = Catalogue.read(language);
            catalogues.put(language, catalogue);
            String texts = "text-" + language.tag() + ".js";
            assets.put(texts, asset(texts, catalogue.script().getBytes(StandardCharsets.UTF_8)));
            pages.put(
                    language,
                    PAGES.stream().collect(Collectors.toMap(name -> name, name -> page(name, catalogue, scripts))));
        }
        assets.put(WORKER, worker(Objects.requireNonNull(scripts.get(WORKER))));
    }

    private static Asset page(String name, Catalogue catalogue, Map<String, String> scripts) {
        String page = new String(read(name), StandardCharsets.UTF_8);
        String head = APP + (page.contains("type=\"module\"") ? preloads(page, scripts) : "") + "</head>";
        return asset(name, catalogue.fill(page.replace("</head>", head)).getBytes(StandardCharsets.UTF_8));
    }

    /** Knows what the page needs without a network, and is another one when any of that, or a page, is. */
    private Asset worker(String script) {
        List<String> files =
                assets.keySet().stream().filter(IN_SHELL.asPredicate()).toList();
        CRC32 version = new CRC32();
        Stream.concat(files.stream().map(this::find), pages.values().stream().flatMap(all -> all.values().stream()))
                .map(asset -> asset.tag)
                .sorted()
                .forEach(tag -> version.update(tag.getBytes(StandardCharsets.UTF_8)));
        version.update(script.getBytes(StandardCharsets.UTF_8));
        String filled = script.replace("{{version}}", Long.toHexString(version.getValue()))
                .replace("{{files}}", "/offline /assets/" + String.join(" /assets/", files));
        return asset(WORKER, filled.getBytes(StandardCharsets.UTF_8));
    }

    /** Lets the browser load at once what it would find one import after the other. */
    private static String preloads(String page, Map<String, String> scripts) {
        Set<String> modules = new TreeSet<>();
        addModules(page, scripts, modules);
        if (modules.contains("text.js")) {
            modules.add("text-{{language}}.js");
        }
        return modules.stream()
                .map(name -> "<link rel=\"modulepreload\" href=\"/assets/" + name + "\">\n")
                .collect(Collectors.joining("", "", START_APP));
    }

    private static void addModules(String text, Map<String, String> scripts, Set<String> modules) {
        MODULE.matcher(text)
                .results()
                .map(found -> found.group(1))
                .filter(modules::add)
                .forEach(name -> addModules(scripts.getOrDefault(name, ""), scripts, modules));
    }

    private static byte[] read(String resource) {
        try (InputStream in =
                Assets.class.getResourceAsStream(resource.startsWith("/") ? resource : FOLDER + resource)) {
            if (in == null) {
                throw new IllegalStateException("the page's file " + resource + " is missing from the build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Asset asset(String name, byte[] bytes) {
        String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
        return new Asset(bytes, type, Tags.of(bytes));
    }

    /** What a language says. */
    public Catalogue catalogue(Language language) {
        return Objects.requireNonNull(catalogues.get(language));
    }

    /** A page in a language; what is not the same for all of its readers is still to be filled in. */
    public String page(String name, Language language) {
        return new String(findPage(name, language).bytes, StandardCharsets.UTF_8);
    }

    /** A file that is no page. */
    public String text(String name) {
        return new String(find(name).bytes, StandardCharsets.UTF_8);
    }

    /** Sends a file; a browser that has it already is told so. */
    public void send(Context context, String name) {
        send(context, find(name));
    }

    private static void send(Context context, Asset asset) {
        context.header("ETag", asset.tag).header("Cache-Control", "no-cache");
        if (asset.tag.equals(context.header("If-None-Match"))) {
            context.status(304);
            return;
        }
        context.contentType(asset.type).result(asset.bytes);
    }

    /** Sends a page that is the same for all who read its language. Browsers ask for it each time. */
    public void sendPage(Context context, String name, Language language) {
        send(context, findPage(name, language));
        context.header("Cache-Control", "no-store");
    }

    private Asset find(String name) {
        Asset asset = assets.get(name);
        if (asset == null) {
            throw new Problem(404, "there is no such file", "the page is at /");
        }
        return asset;
    }

    private Asset findPage(String name, Language language) {
        return Objects.requireNonNull(
                Objects.requireNonNull(pages.get(language)).get(name), name);
    }

    private static final class Asset {

        private final byte[] bytes;
        private final String type;
        private final String tag;

        Asset(byte[] bytes, String type, String tag) {
            this.bytes = bytes;
            this.type = type;
            this.tag = tag;
        }
    }
}
