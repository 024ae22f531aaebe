using System.Text.RegularExpressions;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Repo;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>What plain HTTP tells about a running cluster, compared with METRICS.md and with what was done.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed partial class MetricsSpec
{
    [Fact]
    public async Task Metrics_are_those_of_the_table_and_count_what_happens()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(ServerKind.ActorEtcd);
        await cluster.GuardAsync(async () =>
        {
            MemberProcess leader = await cluster.LeaderAsync();
            await using GrpcChannel channel = await leader.ConnectAsync();
            await using DuplexCall<WatchRequest, WatchResponse> watch = channel.Duplex(EtcdMethods.Watch);
            await AnswersAsync(leader, "/health", """{"health":"true","reason":""}""");
            await AnswersAsync(leader, "/version", """{"etcdserver":"3.7.0","etcdcluster":"3.7.0","storage":"3.7.0"}""");
            await GetAsync(leader, "/livez");
            await GetAsync(leader, "/readyz");
            await Poll.UntilAsync(
                "two active peers",
                TimeSpan.FromSeconds(90),
                async () => (await ScrapeAsync(leader)).Count(static sample =>
                    sample.Value == 1 && sample.Key.StartsWith("etcd_network_active_peers{", StringComparison.Ordinal)) == 2);
            IReadOnlyDictionary<string, double> before = await ScrapeAsync(leader);

            await UseAsync(channel, watch);
            await Assert.ThrowsAsync<GrpcCallException>(async () =>
            {
                ulong self = (await channel.UnaryAsync(EtcdMethods.Status, new StatusRequest())).Header.MemberId;
                await channel.UnaryAsync(CtlMethods.MemberPromote, new MemberPromoteRequest { ID = self });
            });
            Assert.Equal(200, (await GetAsync(leader, "/v2/keys")).Status);
            Assert.Equal(404, (await GetAsync(leader, "/v2/keys/none")).Status);
            IReadOnlyDictionary<string, double> after = await ScrapeAsync(leader);

            await Poll.UntilAsync("the watcher's events to be gone", TimeSpan.FromSeconds(60), async () =>
                (after = await ScrapeAsync(leader))["etcd_debugging_mvcc_pending_events_total"] == 0
                    && after["etcd_debugging_mvcc_slow_watcher_total"] == 0);
            Assert.Equal(Documented(), after.Keys.Select(FamilyOf).Distinct().Order(StringComparer.Ordinal));
            Assert.Equal(1, after["etcd_server_has_leader"]);
            Assert.Equal(1, after["etcd_server_is_leader"]);
            AssertGrew(before, after, "etcd_mvcc_put_total", 3);
            AssertGrew(before, after, "etcd_mvcc_delete_total", 1);
            AssertGrew(before, after, "etcd_mvcc_txn_total", 1);
            AssertGrew(before, after, "etcd_mvcc_range_total", 1);
            Assert.Equal(1, after["etcd_debugging_mvcc_watch_stream_total"]);
            AssertGrew(before, after, "etcd_debugging_mvcc_watcher_total", 1);
            AssertGrew(before, after, "etcd_debugging_mvcc_events_total", 1);
            AssertGrew(before, after, "etcd_server_proposals_committed_total", 3);
            Assert.Equal(2, after.Keys.Count(key => key.StartsWith("etcd_network_peer_sent_bytes_total{To=", StringComparison.Ordinal)));
            Assert.Equal(2, after.Keys.Count(key => key.StartsWith("etcd_network_peer_received_bytes_total{From=", StringComparison.Ordinal)));
            Assert.Equal(2, after.Keys.Count(key => key.StartsWith("etcd_network_peer_round_trip_time_seconds_count{To=", StringComparison.Ordinal)));
            Assert.True(after["etcd_disk_wal_fsync_duration_seconds_count"] > before["etcd_disk_wal_fsync_duration_seconds_count"]);
            Assert.True(after["process_resident_memory_bytes"] > 1e6);
            Assert.Equal(1, after["etcd_server_feature_enabled{name=\"TxnModeWriteWithSharedBuffer\",stage=\"BETA\"}"]);
            AssertGrew(before, after, "etcd_debugging_mvcc_put_total", 3);
            AssertGrew(before, after, "etcd_server_apply_duration_seconds_count{version=\"v3\",op=\"Put\",success=\"true\"}", 1);
            AssertGrew(before, after, "etcd_server_apply_duration_seconds_count{version=\"v3\",op=\"Txn\",success=\"true\"}", 1);
            AssertGrew(before, after, "etcd_server_range_duration_seconds_count{success=\"true\"}", 1);
            AssertGrew(before, after, "etcd_debugging_mvcc_total_put_size_in_bytes", 3 * 8);
            AssertGrew(before, after, "etcd_disk_wal_write_duration_seconds_count", 3);
            AssertGrew(before, after, "etcd_debugging_server_watch_send_loop_watch_stream_duration_seconds_count", 1);
            AssertGrew(before, after, "etcd_debugging_server_watch_send_loop_control_stream_duration_seconds_count", 1);
            Assert.Equal(3, after.Count(static sample => sample.Value == 1 && sample.Key.StartsWith("etcd_network_known_peers{", StringComparison.Ordinal)));
            Assert.Equal(1, after["etcd_server_learner_promote_failures{Reason=\"etcdserver: can only promote a learner member\"}"]);

            // What etcd's alert for members that are down looks at.
            MemberProcess follower = cluster.Members.First(member => member != leader);
            await follower.KillAsync();
            await Poll.UntilAsync("messages to the dead member that could not be sent", TimeSpan.FromSeconds(60), async () =>
                (await ScrapeAsync(leader)).Any(static sample =>
                    sample.Value > 0 && sample.Key.StartsWith("etcd_network_peer_sent_failures_total{To=", StringComparison.Ordinal)));
        });
    }

    [Fact]
    public async Task Checkpoint_for_a_member_that_lags_is_counted_on_both_sides()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(
            ServerKind.ActorEtcd, "--snapshot-count", "20", "--snapshot-catchup-entries", "5");
        await cluster.GuardAsync(async () =>
        {
            MemberProcess away = await cluster.FollowerAsync();
            await away.KillAsync();
            await using (var client = new RetryingClient([.. cluster.Members.Where(member => member != away)]))
            {
                for (int i = 0; i < 100; i++)
                {
                    await client.UntilDoneAsync(EtcdMethods.Put, new PutRequest { Key = ByteString.CopyFromUtf8($"{i}") }, TimeSpan.FromSeconds(60));
                }
            }

            // With a checkpoint each of the others forgets the entries that are missing there.
            await Poll.UntilAsync("checkpoints", TimeSpan.FromSeconds(60), async () =>
                (await Task.WhenAll(cluster.Members.Where(member => member != away).Select(ScrapeAsync)))
                .All(static samples => samples["etcd_disk_backend_commit_duration_seconds_count"] > 0));
            await away.StartAndWaitAsync();
            await Poll.UntilAsync("a checkpoint received", TimeSpan.FromSeconds(60), async () =>
                Sum(await ScrapeAsync(away), "etcd_network_snapshot_receive_success{") > 0);
            IReadOnlyDictionary<string, double> received = await ScrapeAsync(away);
            Assert.True(Sum(received, "etcd_network_snapshot_receive_total_duration_seconds_count{") > 0);
            await Poll.UntilAsync("the end of a checkpoint sent", TimeSpan.FromSeconds(60), async () =>
            {
                IReadOnlyDictionary<string, double>[] all = await Task.WhenAll(cluster.Members.Select(ScrapeAsync));
                return all.Sum(static samples => Sum(samples, "etcd_network_snapshot_send_success{")) > 0
                    && all.Sum(static samples => Sum(samples, "etcd_network_snapshot_send_total_duration_seconds_count{")) > 0
                    && all.All(static samples => Sum(samples, "etcd_network_snapshot_send_inflights_total{") == 0)
                    && all.All(static samples => Sum(samples, "etcd_network_snapshot_receive_inflights_total{") == 0)
                    && all.All(static samples => samples["etcd_server_snapshot_apply_in_progress_total"] == 0)
                    && all.All(static samples => samples["etcd_snap_fsync_duration_seconds_count"] > 0)
                    && all.All(static samples => samples["etcd_debugging_snap_save_total_duration_seconds_count"] > 0);
            });
        });
    }

    [Fact]
    public async Task Metrics_of_leases_compaction_and_hashes_follow_what_happens()
    {
        await using SingleServer server = await SingleServer.StartAsync(ServerKind.ActorEtcd);
        GrpcChannel channel = server.Channel;
        IReadOnlyDictionary<string, double> before = await ScrapeAsync(server.Process);
        Assert.Equal(0, before["etcd_debugging_mvcc_db_compaction_last"]);

        await GrantRenewAndEndLeasesAsync(channel);
        await PutAndCompactAsync(channel);
        await channel.UnaryAsync(EtcdMethods.Hash, new HashRequest());
        await channel.UnaryAsync(EtcdMethods.Defragment, new DefragmentRequest());
        await channel.UnaryAsync(EtcdMethods.HashKV, new HashKVRequest());
        IReadOnlyDictionary<string, double> after = before;
        await Poll.UntilAsync("a lease to expire", TimeSpan.FromSeconds(90), async () =>
        {
            after = await ScrapeAsync(server.Process);
            return after["etcd_debugging_server_lease_expired_total"] > 0
                && after["etcd_debugging_lease_revoked_total"] >= before["etcd_debugging_lease_revoked_total"] + 2;
        });

        AssertGrew(before, after, "etcd_debugging_lease_granted_total", 2);
        AssertGrew(before, after, "etcd_debugging_lease_ttl_total_count", 2);
        AssertGrew(before, after, "etcd_debugging_lease_ttl_total_sum", 62);
        AssertGrew(before, after, "etcd_debugging_lease_renewed_total", 1);
        AssertGrew(before, after, "etcd_debugging_lease_revoked_total", 2);
        Assert.Equal(1, after["etcd_debugging_server_lease_expired_total"]);
        AssertGrew(before, after, "etcd_debugging_mvcc_db_compaction_keys_total", 9);
        AssertGrew(before, after, "etcd_debugging_mvcc_index_compaction_pause_duration_milliseconds_count", 1);
        AssertGrew(before, after, "etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds_count", 1);
        AssertGrew(before, after, "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds_count", 1);
        AssertGrew(before, after, "etcd_debugging_mvcc_db_compaction_last", 1_700_000_000);
        AssertGrew(before, after, "etcd_mvcc_hash_duration_seconds_count", 1);
        AssertGrew(before, after, "etcd_disk_backend_defrag_duration_seconds_count", 1);
        AssertGrew(before, after, "etcd_server_request_duration_seconds_count{type=\"Put\",success=\"true\"}", 10);
        AssertGrew(before, after, "etcd_server_client_requests_total{type=\"unary\",client_api_version=\"unknown\"}", 10);
        AssertGrew(before, after, "etcd_mvcc_hash_rev_duration_seconds_count", 1);
    }

    private static async Task GrantRenewAndEndLeasesAsync(GrpcChannel channel)
    {
        await channel.UnaryAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { ID = 1, TTL = 2 });
        await channel.UnaryAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { ID = 2, TTL = 60 });
        await using DuplexCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> renewals = channel.Duplex(EtcdMethods.LeaseKeepAlive);
        await renewals.WriteAsync(new LeaseKeepAliveRequest { ID = 2 });
        Assert.Equal(60, (await renewals.ReadAsync()).TTL);
        await channel.UnaryAsync(EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = 2 });
    }

    private static async Task PutAndCompactAsync(GrpcChannel channel)
    {
        long revision = 0;
        for (int i = 0; i < 10; i++)
        {
            PutResponse put = await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = ByteString.CopyFromUtf8("k") });
            revision = put.Header.Revision;
        }

        await channel.UnaryAsync(EtcdMethods.Compact, new CompactionRequest { Revision = revision, Physical = true });
    }

    private static async Task UseAsync(GrpcChannel channel, DuplexCall<WatchRequest, WatchResponse> watch)
    {
        ByteString key = ByteString.CopyFromUtf8("k");
        await watch.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = key } });
        Assert.True((await watch.ReadAsync()).Created);
        await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = key });
        await channel.UnaryAsync(EtcdMethods.Txn, new TxnRequest
        {
            Success =
            {
                new RequestOp { RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8("l") } },
                new RequestOp { RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8("m") } },
            },
        });
        await channel.UnaryAsync(EtcdMethods.Range, new RangeRequest { Key = key });
        await channel.UnaryAsync(EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = ByteString.CopyFromUtf8("l") });
        Assert.Single((await watch.ReadAsync()).Events);
    }

    private static void AssertGrew(
        IReadOnlyDictionary<string, double> before, IReadOnlyDictionary<string, double> after, string name, double least)
    {
        double from = before.GetValueOrDefault(name);
        Assert.True(after[name] >= from + least, $"{name} went from {from} to {after[name]}, not up by {least}");
    }

    private static double Sum(IReadOnlyDictionary<string, double> samples, string prefix) =>
        samples.Where(sample => sample.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(static sample => sample.Value);

    private static IEnumerable<string> Documented() => Repository.Lines("METRICS.md")
        .Select(line => Row().Match(line))
        .Where(match => match.Success)
        .Select(match => match.Groups[1].Value)
        .Order(StringComparer.Ordinal);

    private static string FamilyOf(string series) => HistogramSuffix().Replace(series.Split('{')[0], "$1");

    private static async Task<IReadOnlyDictionary<string, double>> ScrapeAsync(MemberProcess member)
    {
        (int status, string body) = await GetAsync(member, "/metrics");
        Assert.Equal(200, status);
        return body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.LastIndexOf(' ') is var space ? (line[..space], line[(space + 1)..]) : default)
            .ToDictionary(
                sample => sample.Item1,
                sample => sample.Item2 == "+Inf" ? double.PositiveInfinity : double.Parse(sample.Item2, System.Globalization.CultureInfo.InvariantCulture));
    }

    private static Task AnswersAsync(MemberProcess member, string path, string expected) => Poll.UntilAsync(
        $"{path} to be {expected}", TimeSpan.FromSeconds(90), async () =>
        {
            (int Status, string Body) answer = await GetAsync(member, path);
            return answer == (200, expected) ? true : throw new InvalidOperationException($"{answer}");
        });

    private static async Task<(int Status, string Body)> GetAsync(MemberProcess member, string path)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(90) };
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://{member.Endpoint}{path}"));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    [GeneratedRegex(@"^\| `(\w+)` \|")]
    private static partial Regex Row();

    [GeneratedRegex("^(.+_(?:seconds|milliseconds|ttl_total))_(bucket|sum|count)$")]
    private static partial Regex HistogramSuffix();
}
