package io.ashlar.common.metrics;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jmx.JmxReporter;

/**
 * The metrics of one process: a registry and its JMX export. Names are {@code part.subject.what},
 * for example {@code nbd.requests.write}; units end the name where there is one ({@code .bytes},
 * {@code .seconds}).
 */
public final class Metrics implements AutoCloseable {

    /** The JMX domain of every Ashlar metric. */
    public static final String DOMAIN = "ashlar";

    private final MetricRegistry registry = new MetricRegistry();
    private final JmxReporter reporter = JmxReporter.forRegistry(registry).inDomain(DOMAIN).build();

    /** Makes a registry that is not exported until {@link #export()}. */
    public Metrics() {}

    /** Begins the export through the platform's MBean server. */
    public void export() {
        reporter.start();
    }

    /** Where parts register their meters. */
    public MetricRegistry registry() {
        return registry;
    }

    /** Ends the export. */
    @Override
    public void close() {
        reporter.close();
    }
}
