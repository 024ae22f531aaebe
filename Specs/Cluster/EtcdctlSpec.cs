using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>The real etcdctl 3.4, command by command, on a three-node cluster.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class EtcdctlSpec(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    private readonly ThreeNodeCluster _cluster = fixture.Cluster;

    [Fact]
    public async Task Endpoint_status_as_a_table_shows_three_members_and_one_leader()
    {
        await _cluster.LeaderAsync();
        string table = await OkAsync("endpoint", "status", "--write-out=table");
        string[] rows = [.. table.Split('\n').Where(row => row.Contains("127.0.0.1:", StringComparison.Ordinal))];
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.Equal(12, row.Split('|').Length));
        int leaders = rows.Count(row => row.Split('|')[5].Trim() == "true");
        Assert.True(leaders == 1, table);
    }

    [Fact]
    public async Task Put_then_get_returns_the_value_and_get_with_prefix_returns_all()
    {
        Assert.Equal("OK", await OkAsync("put", "get/a", "one"));
        Assert.Equal("OK", await OkAsync("put", "get/b", "two"));
        Assert.Equal("get/a\none", await OkAsync("get", "get/a"));
        Assert.Equal("get/a\none\nget/b\ntwo", await OkAsync("get", "--prefix", "get/"));
        string descending = await OkAsync(
            "get", "--prefix", "get/", "--keys-only", "--sort-by=KEY", "--order=DESCEND");
        Assert.Equal("get/b\nget/a", descending.Replace("\n\n", "\n", StringComparison.Ordinal));
        Assert.Equal("", await OkAsync("get", "get/none"));
    }

    [Fact]
    public async Task Put_with_prev_kv_and_ignore_value_behaves_as_documented()
    {
        await OkAsync("put", "prev", "old");
        Assert.Equal("OK\nprev\nold", await OkAsync("put", "prev", "new", "--prev-kv"));
        EtcdctlResult missing = await RunAsync("put", "prev/none", "--ignore-value");
        Assert.NotEqual(0, missing.ExitCode);
        Assert.Contains("etcdserver: key not found", missing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_member_answers_reads_and_writes_by_itself()
    {
        foreach (MemberProcess member in _cluster.Members)
        {
            string key = "by/" + member.Settings.Name;
            Assert.Equal("OK", (await Etcdctl.UntilTakenAsync(member.Endpoint, "put", key, "x")).Succeeded());
            foreach (MemberProcess reader in _cluster.Members)
            {
                Assert.Equal($"{key}\nx", (await Etcdctl.UntilTakenAsync(reader.Endpoint, "get", key)).Succeeded());
            }
        }
    }

    [Fact]
    public async Task Del_reports_how_many_keys_it_removed()
    {
        await OkAsync("put", "del/a", "1");
        await OkAsync("put", "del/b", "2");
        await OkAsync("put", "del/c", "3");
        Assert.Equal("1\ndel/a\n1", await OkAsync("del", "del/a", "--prev-kv"));
        Assert.Equal("2", await OkAsync("del", "--prefix", "del/"));
        Assert.Equal("0", await OkAsync("del", "--prefix", "del/"));
    }

    [Fact]
    public async Task Watch_prints_puts_and_deletes_from_the_given_revision()
    {
        long revision = await RevisionAsync() + 1;
        await OkAsync("put", "watch/a", "before");
        using Process watch = Etcdctl.Start(
            _cluster.Endpoints, ["watch", "--prefix", "watch/", $"--rev={revision}"]);
        try
        {
            Assert.Equal(["PUT", "watch/a", "before"], await LinesAsync(watch, 3));
            await OkAsync("put", "watch/b", "after");
            Assert.Equal(["PUT", "watch/b", "after"], await LinesAsync(watch, 3));
            await OkAsync("del", "watch/a");
            Assert.Equal(["DELETE", "watch/a", ""], await LinesAsync(watch, 3));
        }
        finally
        {
            watch.Kill();
        }
    }

    [Fact]
    public async Task Interactive_txn_takes_the_branch_that_its_comparison_selects()
    {
        await OkAsync("put", "txn", "1");
        const string Transaction = "value(\"txn\") = \"1\"\n\nput txn 2\nget txn\n\nput txn 3\n\n";
        string first = await TxnAsync(Transaction);
        Assert.Contains("SUCCESS", first, StringComparison.Ordinal);
        Assert.EndsWith("txn\n2", first, StringComparison.Ordinal);
        Assert.Contains("FAILURE", await TxnAsync(Transaction), StringComparison.Ordinal);
        Assert.Equal("txn\n3", await OkAsync("get", "txn"));
    }

    [Fact]
    public async Task Lease_is_granted_kept_alive_looked_up_listed_and_revoked()
    {
        string granted = await OkAsync("lease", "grant", "500");
        string id = granted.Split(' ')[1];
        Assert.Equal($"lease {id} granted with TTL(500s)", granted);
        await OkAsync("put", "leased", "x", "--lease=" + id);
        Assert.Equal($"lease {id} keepalived with TTL(500)", await OkAsync("lease", "keep-alive", "--once", id));
        using (Process keepAlive = Etcdctl.Start(_cluster.Endpoints, ["lease", "keep-alive", id]))
        {
            Assert.Equal([$"lease {id} keepalived with TTL(500)"], await LinesAsync(keepAlive, 1));
            keepAlive.Kill();
        }

        string left = await OkAsync("lease", "timetolive", id, "--keys");
        Assert.StartsWith($"lease {id} granted with TTL(500s), remaining(", left, StringComparison.Ordinal);
        Assert.EndsWith("attached keys([leased])", left, StringComparison.Ordinal);
        Assert.Contains(id, await OkAsync("lease", "list"), StringComparison.Ordinal);
        Assert.Equal($"lease {id} revoked", await OkAsync("lease", "revoke", id));
        Assert.Equal("", await OkAsync("get", "leased"));
        Assert.Equal($"lease {id} already expired", await OkAsync("lease", "timetolive", id));
    }

    [Fact]
    public async Task Lease_that_nobody_keeps_alive_takes_its_key_along()
    {
        string id = (await OkAsync("lease", "grant", "2")).Split(' ')[1];
        await OkAsync("put", "expires", "x", "--lease=" + id);
        await Poll.UntilAsync("the key of the expired lease to vanish", Timeout, async () =>
            await OkAsync("get", "expires") == "");
    }

    [Fact]
    public async Task Compaction_hides_older_revisions()
    {
        await OkAsync("put", "compact", "1");
        long revision = await RevisionAsync();
        await OkAsync("put", "compact", "2");
        await OkAsync("put", "compact", "3");
        long newest = await RevisionAsync();
        Assert.Equal("compact\n1", await OkAsync("get", "compact", "--rev=" + revision));
        Assert.Equal($"compacted revision {newest}", await OkAsync("compaction", $"{newest}"));
        EtcdctlResult old = await RunAsync("get", "compact", "--rev=" + revision);
        Assert.NotEqual(0, old.ExitCode);
        Assert.Contains("required revision has been compacted", old.Errors, StringComparison.Ordinal);
        Assert.Equal("compact\n3", await OkAsync("get", "compact", "--rev=" + newest));
    }

    [Fact]
    public async Task Member_list_names_all_members_with_their_urls()
    {
        string list = await OkAsync("member", "list");
        Assert.Equal(3, list.Split('\n').Length);
        foreach (MemberProcess member in _cluster.Members)
        {
            string line = list.Split('\n').Single(
                text => text.Contains(member.Settings.Name, StringComparison.Ordinal));
            Assert.Contains(
                $"started, {member.Settings.Name}, {member.Settings.PeerUrl}, {member.Settings.ClientUrl}, false",
                line,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Endpoint_health_calls_every_member_healthy()
    {
        EtcdctlResult health = await RunAsync("endpoint", "health");
        Assert.Equal(0, health.ExitCode);
        Assert.Equal(3, (health.Output + health.Errors).Split('\n').Count(
            line => line.Contains("is healthy: successfully committed proposal", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Endpoint_hashkv_is_equal_on_every_member()
    {
        await OkAsync("put", "hash", "1");
        await ClusterChecks.HashesBecomeEqualAsync(_cluster);
    }

    [Fact]
    public async Task Move_leader_hands_leadership_to_the_named_member()
    {
        MemberProcess leader = await _cluster.LeaderAsync();
        MemberProcess target = await _cluster.FollowerAsync();
        string id = (await MemberIdAsync(target)).ToString("x", CultureInfo.InvariantCulture);
        string said = (await Etcdctl.RunAsync(leader.Endpoint, "move-leader", id)).Succeeded();
        Assert.StartsWith("Leadership transferred from", said, StringComparison.Ordinal);
        await Poll.UntilAsync("the target to lead", Timeout, async () => await _cluster.LeaderAsync() == target);
        EtcdctlResult refused = await Etcdctl.RunAsync(leader.Endpoint, "move-leader", id);
        Assert.NotEqual(0, refused.ExitCode);
    }

    [Fact]
    public async Task Alarm_list_is_empty()
    {
        Assert.Equal("", await OkAsync("alarm", "list"));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Check_perf_runs_to_its_end()
    {
        // Whether the machine is fast enough is not what is asked here; the load must go through without errors.
        EtcdctlResult perf = await Etcdctl.RunAsync(
            _cluster.Endpoints, ["check", "perf", "--load=s"], input: "", TimeSpan.FromSeconds(300));
        Assert.Contains("Throughput", perf.Output, StringComparison.Ordinal);
        string errors = string.Join('\n', perf.Output.Split('\n').Where(
            line => line.StartsWith("FAIL: ERROR", StringComparison.Ordinal)));
        Assert.True(errors.Length == 0, errors);
    }

    private async Task<ulong> MemberIdAsync(MemberProcess member)
    {
        string json = (await Etcdctl.RunAsync(member.Endpoint, "endpoint", "status", "--write-out=json")).Succeeded();
        using JsonDocument status = JsonDocument.Parse(json);
        return status.RootElement[0].GetProperty("Status").GetProperty("header").GetProperty("member_id").GetUInt64();
    }

    private async Task<long> RevisionAsync()
    {
        using JsonDocument answer = JsonDocument.Parse(await OkAsync("get", "nothing", "--write-out=json"));
        return answer.RootElement.GetProperty("header").GetProperty("revision").GetInt64();
    }

    private async Task<string> TxnAsync(string input)
    {
        return (await Etcdctl.RunAsync(_cluster.Endpoints, ["txn", "-i"], input, Timeout)).Succeeded();
    }

    private static async Task<string[]> LinesAsync(Process process, int count)
    {
        using var cancel = new CancellationTokenSource(Timeout);
        var lines = new string[count];
        for (int i = 0; i < count; i++)
        {
            lines[i] = await process.StandardOutput.ReadLineAsync(cancel.Token) ?? "(end of output)";
        }

        return lines;
    }

    private Task<EtcdctlResult> RunAsync(params string[] arguments)
    {
        return Etcdctl.UntilTakenAsync(_cluster.Endpoints, arguments);
    }

    private async Task<string> OkAsync(params string[] arguments)
    {
        return (await RunAsync(arguments)).Succeeded();
    }
}
