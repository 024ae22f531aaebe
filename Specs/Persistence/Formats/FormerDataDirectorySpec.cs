using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Host.Server;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Formats;

/// <summary>
/// Data directories of earlier builds, killed while they ran. Each holds forty-five keys of which one is deleted, a leased key,
/// a transaction, a compaction at 12, a user with a role, and v2 keys: the older half in a checkpoint, the rest in the log.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class FormerDataDirectorySpec
{
    private const long Lease = 0x0250a1ffd8c3f321;

    [Theory]
    [InlineData("2026-11-21.datadir.txt", 4224480945)]
    public async Task Data_directory_of_an_earlier_build_is_served_whole_and_again_after_a_restart(string recorded, uint hash)
    {
        using var node = new Node();
        Recorded.LayOut(recorded, node.DataDir);
        await using (ServerRun first = await node.ServeAsync())
        {
            await HoldsEverythingAsync(node, hash);
            await node.PutAsync("later", "v");
            Assert.Equal(0, await first.EndAsync());
        }

        await using ServerRun second = await node.ServeAsync();
        await using GrpcChannel channel = await node.ConnectAsync();
        RangeResponse later = await channel.UnaryAsync(EtcdMethods.Range, new RangeRequest { Key = ByteString.CopyFromUtf8("later") });
        Assert.Equal(51, Assert.Single(later.Kvs).ModRevision);
        await HoldsEverythingAsync(node, hash);
    }

    private static async Task HoldsEverythingAsync(Node node, uint hash)
    {
        await using GrpcChannel channel = await node.ConnectAsync();
        HashKVResponse sum = await channel.UnaryAsync(EtcdMethods.HashKV, new HashKVRequest { Revision = 50 });
        Assert.Equal((12L, hash), (sum.CompactRevision, sum.Hash));

        RangeResponse last = await channel.UnaryAsync(
            EtcdMethods.Range,
            new RangeRequest { Key = ByteString.CopyFromUtf8("last"), RangeEnd = ByteString.CopyFromUtf8("leasee"), Revision = 49 });
        Assert.Equal(["last=one", "leased=with"], last.Kvs.Select(kv => $"{kv.Key.ToStringUtf8()}={kv.Value.ToStringUtf8()}"));
        RangeResponse keys = await channel.UnaryAsync(
            EtcdMethods.Range,
            new RangeRequest { Key = ByteString.CopyFromUtf8("key"), RangeEnd = ByteString.CopyFromUtf8("kez"), Revision = 50, CountOnly = true });
        Assert.Equal(44, keys.Count);

        LeaseTimeToLiveResponse lease = await channel.UnaryAsync(
            EtcdMethods.LeaseTimeToLive, new LeaseTimeToLiveRequest { ID = Lease, Keys = true });
        Assert.Equal((100_000_000L, "leased"), (lease.GrantedTTL, Assert.Single(lease.Keys).ToStringUtf8()));

        AuthUserGetResponse reader = await channel.UnaryAsync(AuthMethods.UserGet, new AuthUserGetRequest { Name = "reader" });
        Assert.Equal("r", Assert.Single(reader.Roles));

        MemberListResponse members = await channel.UnaryAsync(EtcdMethods.MemberList, new MemberListRequest());
        Assert.Equal(0xcce3e65e1bb10250UL, Assert.Single(members.Members).ID);

        (int status, string tree) = await node.GetAsync("/v2/keys/?recursive=true&sorted=true");
        Assert.Equal(200, status);
        foreach (string part in new[] { "\"/dir/a\",\"value\":\"one\"", "\"/dir/b\",\"value\":\"three\"", "\"/queue/00000000000000000005\",\"value\":\"two\"" })
        {
            Assert.Contains(part, tree, StringComparison.Ordinal);
        }
    }
}
