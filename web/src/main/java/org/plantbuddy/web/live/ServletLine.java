package org.plantbuddy.web.live;

import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.HttpOutput;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.http.HttpLimits;

/** A page's connection, written to without waiting. It takes nothing before it is started. */
final class ServletLine implements EventStream.Line {

    private volatile @Nullable HttpOutput out;
    private volatile Optional<HttpLimits.Stream> connection = Optional.empty();

    /** Begins; the request must be asynchronous by now, and its answer not yet begun. */
    void start(HttpServletRequest request, HttpServletResponse response, EventStream stream) throws IOException {
        connection = HttpLimits.stream(request);
        HttpOutput output = (HttpOutput) response.getOutputStream();
        output.setWriteListener(new WriteListener() {
            @Override
            public void onWritePossible() {
                out = output;
                stream.writable();
            }

            @Override
            public void onError(Throwable failure) {
                stream.over();
            }
        });
    }

    @Override
    public boolean isReady() {
        HttpOutput output = out;
        boolean isReady = output != null && output.isReady();
        if (isReady) {
            connection.ifPresent(HttpLimits.Stream::taken);
        }
        return isReady;
    }

    /** Past the buffer that each answer has: it would be kept for as long as the page is open. */
    @Override
    @SuppressWarnings("NullAway") // it is ready
    public void write(ByteBuffer bytes) throws IOException {
        out.write(bytes);
    }

    @Override
    public void cut(String reason) {
        connection.ifPresent(of -> of.end(reason));
    }
}
