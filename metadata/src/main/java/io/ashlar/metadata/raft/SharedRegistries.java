package io.ashlar.metadata.raft;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import com.codahale.metrics.UniformReservoir;
import io.ashlar.common.metrics.Metrics;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ratis.metrics.LongCounter;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.metrics.Timekeeper;
import org.apache.ratis.util.TimeDuration;

/**
 * Puts Ratis' metrics into the process's own registry, so that there is one JMX domain for all.
 * Ratis finds this class as a service and makes one for the process; its own modules for the
 * purpose do not work with the Dropwizard version here.
 */
public final class SharedRegistries extends MetricRegistries {

    private static volatile MetricRegistry shared = new MetricRegistry();

    private final Map<MetricRegistryInfo, Counted> registries = new HashMap<>();

    /** For Ratis. */
    public SharedRegistries() {}

    /** Where the metrics of peers and clients go that are started from now on. */
    public static void into(Metrics metrics) {
        shared = metrics.registry();
    }

    private static final class Counted {
        final Registry registry;
        int users;

        Counted(Registry registry) {
            this.registry = registry;
        }
    }

    @Override
    public synchronized RatisMetricRegistry create(MetricRegistryInfo info) {
        Counted counted =
                registries.computeIfAbsent(info, i -> new Counted(new Registry(i, shared)));
        counted.users++;
        return counted.registry;
    }

    @Override
    public synchronized boolean remove(MetricRegistryInfo info) {
        Optional<Counted> counted = Optional.ofNullable(registries.get(info));
        if (counted.isEmpty() || --counted.get().users > 0) {
            return false;
        }
        registries.remove(info);
        counted.get().registry.removeAll();
        return true;
    }

    @Override
    public synchronized void clear() {
        registries.values().forEach(c -> c.registry.removeAll());
        registries.clear();
    }

    @Override
    public synchronized Optional<RatisMetricRegistry> get(MetricRegistryInfo info) {
        return Optional.ofNullable(registries.get(info)).map(c -> c.registry);
    }

    @Override
    public synchronized Set<MetricRegistryInfo> getMetricRegistryInfos() {
        return Set.copyOf(registries.keySet());
    }

    @Override
    public synchronized Collection<RatisMetricRegistry> getMetricRegistries() {
        return List.copyOf(registries.values().stream().map(c -> c.registry).toList());
    }

    /** The process exports its registry itself. */
    @Override
    public void addReporterRegistration(
            Consumer<RatisMetricRegistry> start, Consumer<RatisMetricRegistry> stop) {}

    /** The process exports its registry itself. */
    @Override
    public void enableJmxReporter() {}

    /** The process exports its registry itself. */
    @Override
    public void enableConsoleReporter(TimeDuration rate) {}

    private record Registry(MetricRegistryInfo info, MetricRegistry target)
            implements RatisMetricRegistry {

        private String name(String metric) {
            return MetricRegistry.name(
                    "raft", info.getMetricsComponentName(), info.getPrefix(), metric);
        }

        @Override
        public Timekeeper timer(String metric) {
            // The default reservoir is the hottest code of an idle group.
            Timer timer = target.timer(name(metric), () -> new Timer(new UniformReservoir(128)));
            return () -> timer.time()::stop;
        }

        @Override
        public LongCounter counter(String metric) {
            Counter counter = target.counter(name(metric));
            return new LongCounter() {
                @Override
                public void inc(long n) {
                    counter.inc(n);
                }

                @Override
                public void dec(long n) {
                    counter.dec(n);
                }

                @Override
                public long getCount() {
                    return counter.getCount();
                }
            };
        }

        @Override
        public boolean remove(String metric) {
            return target.remove(name(metric));
        }

        @Override
        public <T> void gauge(String metric, Supplier<Supplier<T>> gauge) {
            Supplier<T> value = gauge.get();
            target.gauge(name(metric), () -> (Gauge<T>) value::get);
        }

        @Override
        public MetricRegistryInfo getMetricRegistryInfo() {
            return info;
        }

        void removeAll() {
            String prefix = name("") + ".";
            target.removeMatching((metric, _) -> metric.startsWith(prefix));
        }
    }
}
