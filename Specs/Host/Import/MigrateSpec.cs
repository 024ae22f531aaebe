using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Import;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Persistence.EtcdData;
using ActorEtcd.Specs.Persistence.Bbolt;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Import;

/// <summary>Data directories of a real etcd, taken over with the part of the log that its database lacks.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class MigrateSpec : IDisposable
{
    /// <summary>etcd brings its database up to date only after so long, so that a killed one lags behind its log.</summary>
    private static readonly string[] Lagging = ["--backend-batch-interval", "10m", "--backend-batch-limit", "1000000", "--snapshot-count", "200"];

    private readonly TempDir _dir = new();

    [Fact]
    public async Task Killed_member_is_taken_over_with_the_tail_of_its_log()
    {
        var settings = MemberSettings.Alone(_dir.Path, "source") with { ExtraArguments = Lagging };
        await using var etcd = new EtcdProcess(settings);
        await etcd.StartAndWaitAsync();
        long compacted;
        await using (var channel = await etcd.ConnectAsync())
        {
            compacted = await History.MakeAsync(channel);
            await TailAsync(channel);
        }

        await etcd.KillAsync();
        var target = MemberSettings.Alone(_dir.Path, "target") with { PeerPort = settings.PeerPort };
        using (var state = EtcdMemberDirectory.Read(settings.DataDir))
        {
            Assert.True(state.Committed.Length >= 10, $"only {state.Committed.Length} entries behind the database");
            await MemberImport.WriteAsync(target.DataDir, null, EtcdMigration.SeedOf(state, name: null, static _ => { }));
        }

        await etcd.StartAndWaitAsync();
        await using var expected = await etcd.ConnectAsync();
        var before = await History.RevisionAsync(expected);
        await using var server = new ActorEtcdProcess(target with { PeerPort = FreePorts.Next() });
        await server.StartAndWaitAsync();
        await using var actual = await server.ConnectAsync();
        await History.AssertSameAsync(expected, actual, compacted, alsoLeases: [TailLease]);
        Assert.Equal(before, await History.RevisionAsync(actual));
        Assert.Equal(await HashAsync(expected), await HashAsync(actual));
        var theirs = await expected.UnaryAsync(EtcdMethods.MemberList, new MemberListRequest());
        var ours = await actual.UnaryAsync(EtcdMethods.MemberList, new MemberListRequest());
        Assert.Equal(theirs.Header.ClusterId, ours.Header.ClusterId);
        Assert.Equal(theirs.Members.Single().ID, ours.Members.Single().ID);
        Assert.Equal(theirs.Members.Single().PeerURLs, ours.Members.Single().PeerURLs);
    }

    [Fact]
    public async Task Cluster_migrated_member_by_member_goes_on_as_one()
    {
        await using var etcd = await ThreeNodeCluster.StartAsync(ServerKind.Etcd, [.. Lagging, "--enable-v2"]);
        var leader = await etcd.LeaderAsync();
        await using (var channel = await leader.ConnectAsync())
        {
            for (var number = 0; number < 50; number++)
            {
                await PutAsync(channel, $"key/{number}", $"value {number}");
            }

            await channel.OnceAsync(
                CtlMethods.UserAdd, new AuthUserAddRequest { Name = "ann", Password = "secret" }, "etcdserver: user name already exists");
            await channel.OnceAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { ID = TailLease, TTL = 1 }, "etcdserver: lease already exists");
            await channel.OnceAsync(
                EtcdMethods.LeaseGrant, new LeaseGrantRequest { ID = TailLease + 1, TTL = 3000 }, "etcdserver: lease already exists");
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(120) };
            using var form = new StringContent("value=%C3%A9", System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
            (await http.PutAsync(new Uri($"http://{leader.Endpoint}/v2/keys/d/k"), form)).EnsureSuccessStatusCode();
        }

        leader = await WriteToTheLeaderAloneAsync(etcd);
        foreach (var member in etcd.Members)
        {
            await member.KillAsync();
        }

        var targets = new List<ActorEtcdProcess>();
        try
        {
            foreach (var member in etcd.Members)
            {
                var target = member.Settings with { DataDir = Path.Combine(_dir.Path, member.Settings.Name), ExtraArguments = [] };
                using var state = EtcdMemberDirectory.Read(member.Settings.DataDir);
                Assert.True(member != leader || !state.Uncommitted.IsEmpty, "the leader's log has nothing that is not committed");
                await MemberImport.WriteAsync(target.DataDir, null, EtcdMigration.SeedOf(state, name: null, static _ => { }));
                targets.Add(new ActorEtcdProcess(target));
            }

            targets.ForEach(target => target.Start());
            await Task.WhenAll(targets.Select(target => target.WaitUntilReadyAsync()));
            var hashes = new List<uint>();
            foreach (var target in targets)
            {
                await using var channel = await target.ConnectAsync();
                Assert.Equal(50, (await History.AtAsync(channel, 0)).Count);
                hashes.Add(await HashAsync(channel));
                Assert.Equal(3, (await channel.UnaryAsync(EtcdMethods.MemberList, new MemberListRequest())).Members.Count);
            }

            Assert.Single(hashes.Distinct());
            await AgreeAsync(targets);
        }
        finally
        {
            foreach (var target in targets)
            {
                await target.DisposeAsync();
            }
        }
    }

    /// <summary>What only the leader has when all are killed is not known to be committed, and may be or not in the end.</summary>
    private static async Task<MemberProcess> WriteToTheLeaderAloneAsync(ThreeNodeCluster etcd)
    {
        for (var attempt = 1; ; attempt++)
        {
            var leader = await etcd.LeaderAsync();
            MemberProcess[] others = [.. etcd.Members.Where(member => member != leader)];
            Array.ForEach(others, static other => other.Pause());
            await Etcdctl.RunAsync(leader.Endpoint, "--command-timeout=700ms", "put", "key/0", $"late {attempt}");
            var late = System.Text.Encoding.UTF8.GetBytes($"late {attempt}");
            var log = Directory.GetFiles(Path.Combine(leader.Settings.DataDir, "member", "wal"), "*.wal");
            if (Array.Exists(log, file => File.ReadAllBytes(file).AsSpan().IndexOf(late) >= 0))
            {
                return leader;
            }

            // It was too slow: alone it leads for a second only.
            Assert.True(attempt < 10, "the leader has never taken the write");
            Array.ForEach(others, static other => other.Resume());
        }
    }

    [Theory]
    [InlineData("5")]
    [InlineData("1000")]
    public async Task Membership_changes_in_the_log_are_followed(string snapshotCount)
    {
        var settings = MemberSettings.Alone(_dir.Path, "source") with { ExtraArguments = ["--snapshot-count", snapshotCount] };
        await using var etcd = new EtcdProcess(settings);
        await etcd.StartAndWaitAsync();
        var added = (await Etcdctl.RunAsync(etcd.Endpoint, "member", "add", "gone", "--learner", "--peer-urls=http://127.0.0.1:1")).Succeeded();

        // A member of 3.4 refuses it in the first moments after its own start.
        await Poll.UntilAsync("the learner to be removed", TimeSpan.FromSeconds(120), async () =>
            (await Etcdctl.RunAsync(etcd.Endpoint, "member", "remove", added.Split(' ')[1])).Succeeded().Length > 0);
        for (var number = 0; number < 12; number++)
        {
            (await Etcdctl.RunAsync(etcd.Endpoint, "put", "k", $"{number}")).Succeeded();
        }

        (await Etcdctl.RunAsync(etcd.Endpoint, "member", "add", "here", "--learner", "--peer-urls=http://127.0.0.1:2")).Succeeded();
        var expected = (await Etcdctl.RunAsync(etcd.Endpoint, "member", "list")).Succeeded();
        await etcd.KillAsync();

        using var state = EtcdMemberDirectory.Read(settings.DataDir);
        var list = state.Membership.Members.Values.Select(static member => string.Join(
            ", ",
            member.Id,
            member.Name.Length == 0 ? "unstarted" : "started",
            member.Name,
            string.Join(',', member.PeerUrls),
            string.Join(',', member.ClientUrls),
            member.IsLearner ? "true" : "false"));
        Assert.Equal(expected.Split('\n').Order(StringComparer.Ordinal), list.Order(StringComparer.Ordinal));
        Assert.Equal(state.Self, Assert.Single(state.Membership.Configuration.Voters));
        Assert.Single(state.Membership.Configuration.Learners);
    }

    [Fact]
    public async Task Directory_of_a_running_etcd_is_refused()
    {
        await using var etcd = await SingleServer.StartAsync(ServerKind.Etcd);
        var refusal = Assert.Throws<EtcdDataException>(() => EtcdMemberDirectory.Read(etcd.Process.Settings.DataDir));
        Assert.Contains("does an etcd run that uses it?", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_started_on_what_etcdctl_restored_serves_it_and_keeps_the_original()
    {
        await using var source = await SingleServer.StartAsync(ServerKind.Etcd);
        var compacted = await History.MakeAsync(source.Channel);
        var snapshot = await Restored.SaveSnapshotAsync(source.Process, _dir.Path);
        var settings = MemberSettings.Alone(_dir.Path, "restored");
        (await Etcdctl.RunAsync(
            "",
            "snapshot", "restore", snapshot,
            "--name", settings.Name,
            "--data-dir", settings.DataDir,
            "--initial-cluster", settings.InitialCluster,
            "--initial-cluster-token", settings.Token,
            "--initial-advertise-peer-urls", settings.PeerUrl)).Succeeded();
        var original = Restored.FilesIn(Path.Combine(settings.DataDir, "member"));
        await using var server = new ActorEtcdProcess(settings);
        for (var start = 0; start < 2; start++)
        {
            await server.StartAndWaitAsync();
            await using var channel = await server.ConnectAsync();
            await History.AssertSameAsync(source.Channel, channel, compacted);
            Assert.Equal(await HashAsync(source.Channel), await HashAsync(channel));
            Assert.Equal(0, await server.TerminateAsync());
        }

        var kept = Restored.FilesIn(Path.Combine(settings.DataDir, "member.etcd"));
        Assert.Equal(original, kept.Select(file => file.Replace("member.etcd", "member", StringComparison.Ordinal)));
        Assert.Equal(1, server.Log.Split("took etcd's data over").Length - 1);
    }

    [Fact]
    public async Task Log_in_a_directory_of_its_own_is_taken_over_at_the_start_too()
    {
        var wal = Path.Combine(_dir.Path, "logs", "wal");
        Directory.CreateDirectory(Path.GetDirectoryName(wal)!);
        var settings = MemberSettings.Alone(_dir.Path, "split") with { ExtraArguments = ["--wal-dir", wal] };
        await using (var etcd = new EtcdProcess(settings))
        {
            await etcd.StartAndWaitAsync();
            await using var channel = await etcd.ConnectAsync();
            await PutAsync(channel, "k", "v");
            await etcd.KillAsync();
        }

        await using var server = new ActorEtcdProcess(settings);
        for (var start = 0; start < 2; start++)
        {
            await server.StartAndWaitAsync();
            await using var channel = await server.ConnectAsync();
            Assert.Equal("v", (await History.AtAsync(channel, 0)).Single().Value.ToStringUtf8());
            await server.KillAsync();
        }

        Assert.True(Directory.Exists(wal + ".etcd"));
        Assert.False(Path.Exists(wal + ".converting"));
    }

    public void Dispose() => _dir.Dispose();

    private const long TailLease = 4444;

    /// <summary>Some of everything, after the last snapshot of the log and the last commit of the database.</summary>
    private static async Task TailAsync(GrpcChannel channel)
    {
        await channel.UnaryAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { ID = TailLease, TTL = 3000 });
        await channel.OnceAsync(
            EtcdMethods.LeaseGrant, new LeaseGrantRequest { ID = TailLease + 1, TTL = 3000 }, "etcdserver: lease already exists");
        await PutAsync(channel, "tail/leased", "1", TailLease);
        await PutAsync(channel, "tail/revoked", "1", TailLease + 1);
        await channel.UnaryAsync(EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = TailLease + 1 });
        for (var number = 0; number < 10; number++)
        {
            await PutAsync(channel, $"tail/{number % 3}", $"{number}");
        }

        await channel.UnaryAsync(EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = ByteString.CopyFromUtf8("tail/1") });
        var txn = new TxnRequest();
        txn.Compare.Add(new Compare { Key = ByteString.CopyFromUtf8("tail/2"), Target = Compare.Types.CompareTarget.Version, Result = Compare.Types.CompareResult.Greater, Version = 1 });
        txn.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8("tail/txn"), Value = ByteString.CopyFromUtf8("yes") } });
        txn.Failure.Add(new RequestOp { RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8("tail/txn"), Value = ByteString.CopyFromUtf8("no") } });
        await channel.UnaryAsync(EtcdMethods.Txn, txn);
    }

    private static Task PutAsync(GrpcChannel channel, string key, string value, long lease = 0) => channel.UntilDoneAsync(
        EtcdMethods.Put,
        new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value), Lease = lease });

    /// <summary>The members compare themselves, users, leases and v2 keys too, and find nothing, although each of them salts passwords for itself.</summary>
    private static async Task AgreeAsync(List<ActorEtcdProcess> members)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(120) };
        string[] metrics = [];
        await Poll.UntilAsync("eight comparisons", TimeSpan.FromSeconds(120), async () =>
        {
            metrics = await Task.WhenAll(members.Select(member => http.GetStringAsync(new Uri($"http://{member.Endpoint}/metrics"))));
            return metrics.Sum(static text => Count(text, "actor_etcd_hash_comparisons_total")) >= 8;
        });
        Assert.Equal(0, metrics.Sum(static text => Count(text, "actor_etcd_hash_differences_total")));
        await using var channel = await members[0].ConnectAsync();
        Assert.Empty((await channel.UnaryAsync(EtcdMethods.Alarm, new AlarmRequest())).Alarms);
    }

    private static int Count(string metrics, string name) => int.Parse(
        metrics.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal))[(name.Length + 1)..],
        System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<uint> HashAsync(GrpcChannel channel)
        => (await channel.UnaryAsync(EtcdMethods.HashKV, new HashKVRequest())).Hash;
}
