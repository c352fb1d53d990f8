package org.plantbuddy.e2e.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Every answer of {@link FaultProxy#FAULTS} for a while, in any order, with good moments in between. */
final class InfluxdBehindFaultyProxy implements Fault {

    private static final int EACH_MS = 700;

    @Override
    public String title() {
        return "503, 429, 500 and garbage instead of InfluxDB's answers";
    }

    @Override
    public String strike(Site site) throws Exception {
        BridgeServer bridge = site.fleet().bridge();
        try (FaultProxy proxy = new FaultProxy(site.fleet().influxd.url())) {
            bridge.close();
            bridge.start(Map.of("PLANTBUDDY_INFLUX_URL", proxy.url()));
            site.awaitSomeInstant();
            List<FaultProxy.Answer> answers = new ArrayList<>(FaultProxy.FAULTS);
            Collections.shuffle(answers, site.random());
            for (FaultProxy.Answer answer : answers) {
                long before = proxy.faults();
                proxy.answer(answer);
                site.await("a write gets " + answer, () -> proxy.faults() > before);
                Thread.sleep(site.random().nextInt(EACH_MS));
                proxy.answer(FaultProxy.HONEST);
                Thread.sleep(site.random().nextInt(EACH_MS));
            }
            site.await("writes flow again", () -> bridge.isReady());
            String hit = "answers=" + answers.size() + " faults=" + proxy.faults() + " " + site.state();
            bridge.close();
            bridge.start();
            bridge.awaitReady();
            return hit;
        }
    }
}
