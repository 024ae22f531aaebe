using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>Users and roles on three members: tokens of one are good at all, and nothing is lost by restarts and absence.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class AuthClusterSpec
{
    private const int Puts = 400;

    [Fact]
    public async Task Tokens_are_good_at_every_member_and_users_outlive_restarts()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(
            SpecEnvironment.ServerUnderTest, GuardedServer.CheapHashes, "--snapshot-count", "100");
        await cluster.GuardAsync(async () =>
        {
            await using (GrpcChannel channel = await cluster.Members[0].ConnectAsync())
            {
                await GuardedServer.EnableWithUserAsync(channel);
                IReadOnlyList<KeyValuePair<string, string>> user = await GuardedServer.LoginAsync(channel, "u", "pw");
                foreach (MemberProcess member in cluster.Members)
                {
                    await PutAsync(member, user);
                }

                // More than a checkpoint's worth, so that what is restored comes from a checkpoint too.
                for (int i = 0; i < Puts; i++)
                {
                    await channel.UntilDoneAsync(EtcdMethods.Put, new PutRequest { Key = Own }, user);
                }
            }

            foreach (MemberProcess member in cluster.Members)
            {
                await member.KillAsync();
            }

            await cluster.StartAllAsync();
            await AssertUsersAsync(cluster);
        });
    }

    [Fact]
    public async Task Member_that_was_away_gets_users_with_the_checkpoint()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(
            SpecEnvironment.ServerUnderTest, GuardedServer.CheapHashes, "--snapshot-count", "50", "--snapshot-catchup-entries", "10");
        await cluster.GuardAsync(async () =>
        {
            MemberProcess away = await cluster.FollowerAsync();
            await away.KillAsync();
            MemberProcess present = cluster.Members.First(member => member != away);
            await using (GrpcChannel channel = await present.ConnectAsync())
            {
                await GuardedServer.EnableWithUserAsync(channel);
                IReadOnlyList<KeyValuePair<string, string>> user = await GuardedServer.LoginAsync(channel, "u", "pw");
                for (int i = 0; i < Puts; i++)
                {
                    await channel.UntilDoneAsync(EtcdMethods.Put, new PutRequest { Key = Own }, user);
                }
            }

            await away.StartAndWaitAsync();
            await AssertUsersAsync(cluster);
        });
    }

    private static ByteString Own => ByteString.CopyFromUtf8("own/a");

    private static async Task AssertUsersAsync(ThreeNodeCluster cluster)
    {
        foreach (MemberProcess member in cluster.Members)
        {
            await using GrpcChannel channel = await member.ConnectAsync();
            GrpcCallException nobody = await Assert.ThrowsAsync<GrpcCallException>(
                async () => await channel.UntilDoneAsync(EtcdMethods.Range, new RangeRequest { Key = Own }));
            Assert.Equal("etcdserver: user name is empty", nobody.Detail);
            await PutAsync(member, await GuardedServer.LoginAsync(channel, "u", "pw"));
            IReadOnlyList<KeyValuePair<string, string>> root = await GuardedServer.LoginAsync(channel, "root", "root");
            AuthUserListResponse users = await channel.UntilDoneAsync(AuthMethods.UserList, new AuthUserListRequest(), root);
            Assert.Equal(["root", "u"], users.Users);
            AuthRoleGetResponse role = await channel.UntilDoneAsync(AuthMethods.RoleGet, new AuthRoleGetRequest { Role = "r" }, root);
            Assert.Equal(3, role.Perm.Count);
        }
    }

    private static async Task PutAsync(MemberProcess member, IReadOnlyList<KeyValuePair<string, string>> user)
    {
        await using GrpcChannel channel = await member.ConnectAsync();
        await channel.UntilDoneAsync(EtcdMethods.Put, new PutRequest { Key = Own }, user);
        GrpcCallException denied = await Assert.ThrowsAsync<GrpcCallException>(async () => await channel.UntilDoneAsync(
            EtcdMethods.Put, new PutRequest { Key = ByteString.CopyFromUtf8("foreign") }, user));
        Assert.Equal("etcdserver: permission denied", denied.Detail);
        await channel.UntilDoneAsync(EtcdMethods.Range, new RangeRequest { Key = Own }, user);
    }
}
