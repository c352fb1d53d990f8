package org.plantbuddy.web.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * The files of the page, all read at start: what is not listed here cannot be asked for, whatever the path. Immutable.
 */
public final class Assets {

    private static final String FOLDER = "/org/plantbuddy/web/";
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final Map<String, String> FILES = Map.ofEntries(
            Map.entry("login.html", "login.html"),
            Map.entry("password.html", "password.html"),
            Map.entry("page.html", "page.html"),
            Map.entry("missing.html", "missing.html"),
            Map.entry("operator.html", "operator.html"),
            Map.entry("operator.js", "operator.js"),
            Map.entry("page.css", "page.css"),
            Map.entry("plant.html", "plant.html"),
            Map.entry("plant.css", "plant.css"),
            Map.entry("plant.js", "plant.js"),
            Map.entry("plantchart.js", "plantchart.js"),
            Map.entry("units.js", "units.js"),
            Map.entry("page.js", "page.js"),
            Map.entry("live.js", "live.js"),
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
            Map.entry("icon.svg", "icon.svg"),
            Map.entry("openapi.json", "openapi.json"),
            Map.entry("uplot.js", UPLOT + "uPlot.iife.min.js"),
            Map.entry("uplot.css", UPLOT + "uPlot.min.css"));
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "json", "application/json");

    private final Map<String, Asset> assets = new TreeMap<>();

    public Assets() {
        FILES.forEach((name, resource) -> assets.put(name, read(name, resource)));
    }

    private static Asset read(String name, String resource) {
        try (InputStream in =
                Assets.class.getResourceAsStream(resource.startsWith("/") ? resource : FOLDER + resource)) {
            if (in == null) {
                throw new IllegalStateException("the page's file " + resource + " is missing from the build");
            }
            byte[] bytes = in.readAllBytes();
            CRC32 sum = new CRC32();
            sum.update(bytes);
            String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
            return new Asset(bytes, type, "\"" + Long.toHexString(sum.getValue()) + "-" + bytes.length + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String text(String name) {
        return new String(find(name).bytes, StandardCharsets.UTF_8);
    }

    /** Sends a file; a browser that has it already is told so. */
    public void send(Context context, String name) {
        Asset asset = find(name);
        context.header("ETag", asset.tag).header("Cache-Control", "no-cache");
        if (asset.tag.equals(context.header("If-None-Match"))) {
            context.status(304);
            return;
        }
        context.contentType(asset.type).result(asset.bytes);
    }

    /** Sends a page of somebody who is signed in; no browser keeps it, for it may be somebody else's turn next. */
    public void sendPage(Context context, String name) {
        send(context, name);
        context.header("Cache-Control", "no-store");
    }

    private Asset find(String name) {
        Asset asset = assets.get(name);
        if (asset == null) {
            throw new Problem(404, "there is no such file", "the page is at /");
        }
        return asset;
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
