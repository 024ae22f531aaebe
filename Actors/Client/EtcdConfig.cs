using ActorEtcd.Apply;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using Akka.Configuration;

namespace ActorEtcd.Client;

/// <summary>
/// Reads the limits of a node out of <c>akka.etcd</c>, once, into settings records; <c>hocon/reference.conf</c> says
/// what each key means.
/// </summary>
public static class EtcdConfig
{
    private const string ResourceName = "ActorEtcd.reference.conf";
    private const string Root = "akka.etcd";

    /// <summary>The defaults, to be used as a fallback of the actor system's configuration.</summary>
    public static Config Default()
    {
        using var stream = typeof(EtcdConfig).Assembly.GetManifestResourceStream(ResourceName);
        Invariant.Check(stream is not null, $"{ResourceName} is not embedded");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    /// <summary>The settings with the configured limits in place of their own.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range; the message names the key.</exception>
    public static RaftSettings Apply(Config config, RaftSettings settings)
    {
        var raft = Section(config, "raft");
        return settings with
        {
            AppendBytesMax = Bytes(raft, "append-bytes-max"),
            InFlightBytesMax = Bytes(raft, "in-flight-bytes-max"),
            InFlightAppendsMax = Count(raft, "in-flight-appends-max"),
            ApplyBytesMax = Bytes(raft, "apply-bytes-max"),
            ApplyBatchBytesMax = Bytes(raft, "apply-batch-bytes-max"),
            UncommittedBytesMax = Bytes(raft, "uncommitted-bytes-max"),
            UnappliedEntriesMax = Count(raft, "unapplied-entries-max"),
            PendingReadsMax = Count(raft, "pending-reads-max"),
            CatchUpEntries = Count(raft, "catch-up-entries"),
            CatchUpBytesMax = Bytes(raft, "catch-up-bytes-max"),
            CheckQuorum = raft.GetBoolean("check-quorum", true),
        };
    }

    /// <inheritdoc cref="Apply(Config, RaftSettings)"/>
    public static GatewaySettings Apply(Config config, GatewaySettings settings)
    {
        var gateway = Section(config, "gateway");
        var retryInterval = gateway.GetTimeSpan("retry-interval", null);
        return retryInterval > TimeSpan.Zero
            ? settings with
            {
                PendingMax = Count(gateway, "pending-max"),
                PendingBytesMax = Bytes(gateway, "pending-bytes-max"),
                RetryInterval = retryInterval,
            }
            : throw Wrong("retry-interval", "a time above zero");
    }

    /// <inheritdoc cref="Apply(Config, RaftSettings)"/>
    public static ApplySettings Apply(Config config, ApplySettings settings)
    {
        var apply = Section(config, "apply");
        var segmentBytes = Bytes(apply, "state-segment-bytes");
        return segmentBytes <= int.MaxValue / 2
            ? settings with
            {
                CheckpointBytes = Bytes(apply, "checkpoint-bytes"),
                StateInlineBytesMax = Bytes(apply, "state-inline-bytes-max"),
                StateSegmentBytes = (int)segmentBytes,
            }
            : throw Wrong("state-segment-bytes", "a size below 1 GiB");
    }

    /// <inheritdoc cref="Apply(Config, RaftSettings)"/>
    public static StoreSettings Apply(Config config, StoreSettings settings)
    {
        var store = Section(config, "store");
        var ratio = store.GetDouble("rewrite-live-ratio", 0);
        var segmentBytes = Bytes(store, "segment-bytes");
        return ratio is > 0 and < 1 && segmentBytes <= int.MaxValue
            ? settings with { SegmentCapacity = (int)segmentBytes, RewriteLiveRatio = ratio }
            : throw Wrong("store", "a rewrite-live-ratio between 0 and 1 and segment-bytes below 2 GiB");
    }

    private static Config Section(Config config, string name) => config.GetConfig($"{Root}.{name}");

    private static long Bytes(Config section, string key)
        => section.GetByteSize(key) is { } bytes and > 0 ? bytes : throw Wrong(key, "a size above zero");

    private static int Count(Config section, string key)
        => section.GetInt(key, 0) is var count and > 0 ? count : throw Wrong(key, "a count above zero");

    private static ConfigurationException Wrong(string key, string expected)
        => new($"{Root}: {key} is out of range, expected {expected}");
}
