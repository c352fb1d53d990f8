package org.plantbuddy.bridge.http;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DistributionDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;

/**
 * {@code GET /status}: what /operationz and /metrics tell, for programs:
 * {@code {"parts":[{"part":"canary","ready":true,"reason":""}],"figures":[{"name":"plantbuddy_journal_readings","labels":{},"value":0.0}]}}.
 * A figure has the name that Prometheus knows, a counter's without {@code _total}; of a distribution it is the count. One
 * that is not known is missing.
 */
final class StatusHandler implements Handler {

    private static final JsonMapper JSON = new JsonMapper();

    private final ReadyHandler operations;
    private final PrometheusMeterRegistry registry;

    StatusHandler(ReadyHandler operations, PrometheusMeterRegistry registry) {
        this.operations = operations;
        this.registry = registry;
    }

    @Override
    public void handle(Context context) {
        ObjectNode answer = JSON.createObjectNode();
        operations.add(answer.putArray("parts"));
        ArrayNode figures = answer.putArray("figures");
        registry.getPrometheusRegistry()
                .scrape()
                .forEach(metric -> metric.getDataPoints().forEach(point -> {
                    double value = value(point);
                    if (Double.isFinite(value)) {
                        ObjectNode figure = figures.addObject()
                                .put("name", metric.getMetadata().getPrometheusName())
                                .put("value", value);
                        ObjectNode labels = figure.putObject("labels");
                        point.getLabels().forEach(label -> labels.put(label.getName(), label.getValue()));
                    }
                }));
        context.contentType("application/json").result(answer.toString());
    }

    private static double value(DataPointSnapshot point) {
        if (point instanceof CounterDataPointSnapshot counter) {
            return counter.getValue();
        }
        if (point instanceof GaugeDataPointSnapshot gauge) {
            return gauge.getValue();
        }
        return point instanceof DistributionDataPointSnapshot distribution ? distribution.getCount() : Double.NaN;
    }
}
