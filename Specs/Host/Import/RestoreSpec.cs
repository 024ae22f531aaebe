using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Import;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Persistence.Bbolt;
using ActorEtcd.Persistence.EtcdData;
using ActorEtcd.Specs.Persistence.Bbolt;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Import;

/// <summary>Snapshots of etcd and of ActorEtcd as the beginning of new clusters.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class RestoreSpec : IDisposable
{
    private readonly TempDir _dir = new();

    [Fact]
    public async Task Etcd_to_actor_etcd_to_etcd_keeps_every_revision_lease_and_hash()
    {
        await using var etcd = await SingleServer.StartAsync(ServerKind.Etcd);
        var compacted = await History.MakeAsync(etcd.Channel);
        var expected = await HashAsync(etcd.Channel);

        var settings = MemberSettings.Alone(_dir.Path, "there");
        var result = await Restored.RestoreAsync(settings, await Restored.SaveSnapshotAsync(etcd.Process, _dir.Path));
        await using var there = new ActorEtcdProcess(settings);
        await there.StartAndWaitAsync();
        await using var thereChannel = await there.ConnectAsync();
        await History.AssertSameAsync(etcd.Channel, thereChannel, compacted);
        Assert.Equal(expected, await HashAsync(thereChannel));
        Assert.Equal(compacted, result.CompactRevision);

        await using var back = await EtcdRestore.StartAsync(_dir.Path, await Restored.SaveSnapshotAsync(there, _dir.Path));
        await using var backChannel = await back.ConnectAsync();
        await History.AssertSameAsync(etcd.Channel, backChannel, compacted);
        Assert.Equal(expected, await HashAsync(backChannel));
    }

    [Fact]
    public async Task Three_members_restored_from_one_snapshot_form_one_cluster()
    {
        await using var source = await SingleServer.StartAsync(ServerKind.ActorEtcd);
        var compacted = await History.MakeAsync(source.Channel);
        var snapshot = await Restored.SaveSnapshotAsync(source.Process, _dir.Path);
        var members = Three();
        var results = new List<ImportResult>();
        foreach (var member in members)
        {
            results.Add(await Restored.RestoreAsync(member.Settings, snapshot));
        }

        Assert.Single(results.Select(result => result.ClusterId).Distinct());
        Assert.Equal(3, results.Select(result => result.MemberId).Distinct().Count());
        try
        {
            members.ForEach(member => member.Start());
            await Task.WhenAll(members.Select(member => member.WaitUntilReadyAsync()));
            foreach (var member in members)
            {
                await using var channel = await member.ConnectAsync();
                await History.AssertSameAsync(source.Channel, channel, compacted);
            }

            await using var writer = await members[0].ConnectAsync();
            var put = await writer.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = ByteString.CopyFromUtf8("new"), Value = ByteString.CopyFromUtf8("life") });
            foreach (var member in members)
            {
                await using var channel = await member.ConnectAsync();
                Assert.Equal(put.Header.Revision, await History.RevisionAsync(channel));
                var list = await channel.UnaryAsync(EtcdMethods.MemberList, new MemberListRequest());
                Assert.Equal(["m0", "m1", "m2"], list.Members.Select(one => one.Name).Order(StringComparer.Ordinal));
            }
        }
        finally
        {
            foreach (var member in members)
            {
                await member.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Bumped_revision_is_compacted_and_the_next_write_comes_after_it()
    {
        await using var etcd = await SingleServer.StartAsync(ServerKind.Etcd);
        await History.MakeAsync(etcd.Channel);
        var latest = await History.RevisionAsync(etcd.Channel);
        var settings = MemberSettings.Alone(_dir.Path, "bumped");
        await Restored.RestoreAsync(settings, await Restored.SaveSnapshotAsync(etcd.Process, _dir.Path), bump: 1_000_000_000);
        await using var server = new ActorEtcdProcess(settings);
        await server.StartAndWaitAsync();
        await using var channel = await server.ConnectAsync();

        var bumped = latest + 1_000_000_000;
        Assert.Equal(bumped, await History.RevisionAsync(channel));
        Assert.Equal(await History.AtAsync(etcd.Channel, 0), await History.AtAsync(channel, 0));
        Assert.Equal(await History.AtAsync(etcd.Channel, 0), await History.AtAsync(channel, bumped));
        var early = await Assert.ThrowsAsync<GrpcCallException>(() => History.AtAsync(channel, latest));
        Assert.Contains("required revision has been compacted", early.Message, StringComparison.Ordinal);
        var put = await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = ByteString.CopyFromUtf8("after") });
        Assert.Equal(bumped + 1, put.Header.Revision);
    }

    [Fact]
    public async Task Database_copied_from_a_data_directory_restores_without_its_hash()
    {
        var original = MemberSettings.Alone(_dir.Path, "original");
        await using (var etcd = new EtcdProcess(original))
        {
            await etcd.StartAndWaitAsync();
            await using var channel = await etcd.ConnectAsync();
            await History.MakeAsync(channel);
            await etcd.TerminateAsync();
        }

        var database = EtcdMemberDirectory.DatabasePath(original.DataDir);
        var settings = MemberSettings.Alone(_dir.Path, "copy");
        var refusal = await Assert.ThrowsAsync<EtcdDataException>(() => Restored.RestoreAsync(settings, database));
        Assert.Equal("snapshot missing hash but --skip-hash-check=false", refusal.Message);
        Restored.AssertNothingIn(_dir.Path, settings.DataDir);
        Assert.True((await Restored.RestoreAsync(settings, database, skipHashCheck: true)).Revision > 300);
    }

    [Fact]
    public async Task Damaged_snapshots_are_refused_and_leave_nothing()
    {
        await using var source = await SingleServer.StartAsync(ServerKind.Etcd);
        await History.MakeAsync(source.Channel);
        var snapshot = await Restored.SaveSnapshotAsync(source.Process, _dir.Path);
        var content = await File.ReadAllBytesAsync(snapshot);
        var settings = MemberSettings.Alone(_dir.Path, "target");
        var random = new Random(Seed);
        for (var round = 0; round < 60; round++)
        {
            var damaged = round % 2 == 0
                ? content[..random.Next(content.Length)]
                : [.. content];
            if (round % 2 == 1)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            var file = Path.Combine(_dir.Path, "damaged.db");
            await File.WriteAllBytesAsync(file, damaged);
            await RefusedAsync(() => Restored.RestoreAsync(settings, file), $"round {round} of seed {Seed}");
            Restored.AssertNothingIn(_dir.Path, settings.DataDir);
        }
    }

    [Fact]
    public async Task Database_cut_off_anywhere_is_refused_without_its_hash_too()
    {
        await using var source = await SingleServer.StartAsync(ServerKind.Etcd);
        await History.MakeAsync(source.Channel);
        var content = await File.ReadAllBytesAsync(await Restored.SaveSnapshotAsync(source.Process, _dir.Path));
        var settings = MemberSettings.Alone(_dir.Path, "target");
        var random = new Random(Seed);
        var file = Path.Combine(_dir.Path, "cut.db");
        for (var round = 0; round < 40; round++)
        {
            // Up to its last page the file is not whole; what follows is only the hash.
            await File.WriteAllBytesAsync(file, content[..random.Next(content.Length - 4096 - 32)]);
            await RefusedAsync(() => Restored.RestoreAsync(settings, file, skipHashCheck: true), $"round {round} of seed {Seed}");
            Restored.AssertNothingIn(_dir.Path, settings.DataDir);
        }
    }

    [Fact]
    public async Task Directory_in_the_way_is_refused()
    {
        await using var source = await SingleServer.StartAsync(ServerKind.ActorEtcd);
        var snapshot = await Restored.SaveSnapshotAsync(source.Process, _dir.Path);
        var settings = MemberSettings.Alone(_dir.Path, "target");
        Directory.CreateDirectory(settings.DataDir);
        await Restored.RestoreAsync(settings, snapshot);
        var before = Restored.FilesIn(settings.DataDir);
        var refusal = await Assert.ThrowsAsync<EtcdDataException>(() => Restored.RestoreAsync(settings, snapshot));
        Assert.Contains("not empty", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, Restored.FilesIn(settings.DataDir));
    }

    public void Dispose() => _dir.Dispose();

    private const int Seed = 20261121;

    private static async Task RefusedAsync(Func<Task> restore, string which)
    {
        var refusal = await Record.ExceptionAsync(restore);
        Assert.True(refusal is EtcdDataException or BboltDamagedException, $"{which}: {refusal?.ToString() ?? "it was taken"}");
    }

    private static async Task<(uint Hash, long Compacted)> HashAsync(GrpcChannel channel)
    {
        var answer = await channel.UnaryAsync(EtcdMethods.HashKV, new HashKVRequest());
        return (answer.Hash, answer.CompactRevision);
    }

    private List<ActorEtcdProcess> Three()
    {
        string[] names = ["m0", "m1", "m2"];
        int[] ports = [.. names.Select(_ => FreePorts.Next())];
        var initial = string.Join(',', names.Zip(ports, (name, port) => $"{name}=http://127.0.0.1:{port}"));
        return [.. names.Zip(ports, (name, port) => new ActorEtcdProcess(new MemberSettings
        {
            Name = name,
            DataDir = Path.Combine(_dir.Path, name),
            ClientPort = FreePorts.Next(),
            PeerPort = port,
            InitialCluster = initial,
        }))];
    }
}
