using ActorEtcd.Client;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Host.Services;

namespace ActorEtcd.Host.Server;

/// <summary>The metrics of a node under etcd's names, read when they are asked for.</summary>
public static class NodeMetrics
{
    public static void Register(MetricRegistry registry, EtcdNode node, string version)
    {
        var self = node.Settings.Raft.Id;
        registry.GaugeOf("etcd_server_has_leader", "Whether a leader exists: 1 or 0.", () => node.Status.Leader.IsNone ? 0 : 1);
        registry.GaugeOf("etcd_server_is_leader", "Whether this member leads: 1 or 0.", () => node.Status.Leader == self ? 1 : 0);
        registry.GaugeOf("etcd_server_is_learner", "Whether this member is a learner: 1 or 0.", () => node.Members.Find(self)?.IsLearner == true ? 1 : 0);
        registry.CounterOf("etcd_server_leader_changes_seen_total", "Changes of leader seen.", () => node.Status.LeaderChanges);
        registry.GaugeOf("etcd_server_proposals_committed_total", "The index of the last committed entry.", () => node.Status.CommitIndex);
        registry.GaugeOf("etcd_server_proposals_applied_total", "The index of the last applied entry.", () => node.AppliedIndex);
        registry.GaugeOf("etcd_server_proposals_pending", "Commands that wait for their outcome.", () => node.PendingCommands);
        registry.CounterOf("etcd_server_proposals_failed_total", "Commands that timed out or were refused.", () => node.FailedCommands);
        registry.CounterOf("etcd_server_slow_apply_total", "Batches of entries that took longer than --warning-apply-duration to apply.", () => node.Applied.SlowBatches);
        registry.CounterOf("etcd_server_read_indexes_failed_total", "Linearizable reads that ran out of time.", () => node.FailedReads);
        registry.CounterOf("etcd_server_slow_read_indexes_total", "Read rounds that were refused, and reads that ran out of time.", () => node.SlowReads);
        registry.CounterOf("etcd_server_heartbeat_send_failures_total", "Heartbeats that this leader sent late.", () => node.LateHeartbeats);
        registry.CounterOf("etcd_mvcc_range_total", "Ranges read by this member, those of transactions included.", () => node.Applied.Ranges);
        registry.CounterOf("etcd_mvcc_put_total", "Puts applied by this member.", () => node.Applied.Puts);
        registry.CounterOf("etcd_mvcc_delete_total", "Deletions applied by this member.", () => node.Applied.Deletes);
        registry.CounterOf("etcd_mvcc_txn_total", "Transactions of several operations applied by this member.", () => node.Applied.Transactions);
        registry.GaugeOf("etcd_debugging_mvcc_total_put_size_in_bytes", "Bytes of the records that puts have made.", () => node.Applied.PutBytes);
        registry.GaugeOf("etcd_debugging_mvcc_slow_watcher_total", "Watchers that are behind.", () => node.Settings.Watch.Counters.Slow);
        RegisterOldNames(registry, node);
        var compared = node.Settings.HashCheckCounters;
        registry.CounterOf("actor_etcd_hash_comparisons_total", "Answers of other members compared with this one's data.", () => compared.Comparisons);
        registry.CounterOf("actor_etcd_hash_differences_total", "Those that differed.", () => compared.Differences);
        registry.CounterOf("actor_etcd_scrubbed_bytes_total", "Bytes of sealed segments read back and found whole.", () => compared.VerifiedBytes);
        registry.CounterOf("actor_etcd_mended_segments_total", "Damaged segments mended with records of other members.", () => compared.Mended);
        registry.GaugeOf("actor_etcd_log_regained", "Whether this start had lost its log and got it back: 1 or 0.", () => node.Settings.Raft.LostLogGroup is null ? 0 : 1);
        registry.GaugeOf("actor_etcd_disk_full", "Whether this member refuses writes because its disk has no room: 1 or 0.", () => node.Settings.Apply.Space.IsFull ? 1 : 0);
        registry.GaugeOf("etcd_mvcc_db_total_size_in_bytes", "Bytes of all segments.", () => node.View.Size.TotalBytes);
        registry.GaugeOf("etcd_mvcc_db_total_size_in_use_in_bytes", "Bytes of records that can still be read.", () => node.View.Size.LiveBytes);
        registry.GaugeOf("etcd_server_quota_backend_bytes", "The most live bytes.", () => node.Settings.QuotaBytes);
        registry.GaugeOf("etcd_debugging_mvcc_keys_total", "Keys in the store.", () => node.View.KeyCount);
        registry.GaugeOf("etcd_debugging_mvcc_current_revision", "The newest revision.", () => node.View.Revision);
        registry.GaugeOf("etcd_debugging_mvcc_compact_revision", "The revision of the last compaction.", () => node.View.CompactRevision);
        registry.GaugeOf("etcd_debugging_auth_revision", "The revision of users and roles.", () => node.Auth.Revision);
        registry.Gauges("etcd_server_id", "Always 1; the label is this member's id.", "server_id").With(self.ToString()).Set(1);
        registry.Gauges("etcd_server_version", "Always 1; the label is the version.", "server_version").With(version).Set(1);
        registry.InfoOf(
            "etcd_cluster_version", "Always 1; the label is the cluster's version.", "cluster_version", () => VersionTexts.ShortClusterOf(node));
    }

    /// <summary>Which features are switched on.</summary>
    public static void Register(MetricRegistry registry, FeatureGates features)
    {
        var enabled = registry.Gauges("etcd_server_feature_enabled", "Whether the feature is switched on: 1 or 0.", "name", "stage");
        foreach (var (name, stage, isOn) in features.All)
        {
            enabled.With(name, stage).Set(isOn ? 1 : 0);
        }
    }

    // What etcd 3.4 and 3.5 call things that have other names since; dashboards of that time ask for them.
    private static void RegisterOldNames(MetricRegistry registry, EtcdNode node)
    {
        const string Prefix = "etcd_debugging_mvcc_";
        registry.CounterOf(Prefix + "range_total", "The same as etcd_mvcc_range_total.", () => node.Applied.Ranges);
        registry.CounterOf(Prefix + "put_total", "The same as etcd_mvcc_put_total.", () => node.Applied.Puts);
        registry.CounterOf(Prefix + "delete_total", "The same as etcd_mvcc_delete_total.", () => node.Applied.Deletes);
        registry.CounterOf(Prefix + "txn_total", "The same as etcd_mvcc_txn_total.", () => node.Applied.Transactions);
        registry.GaugeOf(Prefix + "db_total_size_in_bytes", "The same as etcd_mvcc_db_total_size_in_bytes.", () => node.View.Size.TotalBytes);
    }
}
