using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Cluster;

/// <summary>
/// One bit flipped in a file of a stopped member: at its next start it has the others' data or refuses with the file's name;
/// nothing else. More places with <c>DAMAGE_ROUNDS=n</c>, others with <c>DAMAGE_SEED=n</c>.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class DamagedMemberSpec(ITestOutputHelper output)
{
    private const int ValueBytes = 700;

    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan CallWithin = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Member_of_three_with_a_flipped_bit_has_the_same_data_again_or_refuses()
    {
        (int rounds, int seed, Random random) = Table(6);
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(
            SpecEnvironment.ServerUnderTest, "--snapshot-count", "60", "--snapshot-catchup-entries", "20");
        await cluster.GuardAsync(async () =>
        {
            int next = 0;
            for (int round = 0; round < rounds; round++)
            {
                MemberProcess victim = cluster.Members[random.Next(cluster.Members.Count)];
                next = await PutAsync(cluster.Members, next, random.Next(20, 90));
                await victim.KillAsync();
                next = await PutAsync([.. cluster.Members.Where(member => member != victim)], next, random.Next(0, 40));
                BitFlip? flip = BitFlip.Choose(random, victim, round % BitFlip.Kinds.Count);
                flip?.Do();
                bool refused = !await StartsAsync(victim);
                output.WriteLine($"seed {seed}, round {round}: {victim.Settings.Name} {flip}: {(refused ? "refused" : "whole")}");
                if (refused)
                {
                    Assert.True(flip is { Kind: "members" or "metadata" }, $"{flip}: the others were not asked\n{victim.Log}");
                    flip!.Do();
                    await victim.StartAndWaitAsync();
                }

                await AgreeAsync(cluster, $"seed {seed}, round {round}: {flip}");
            }
        });
    }

    [Fact]
    public async Task Member_alone_with_a_flipped_bit_has_its_data_or_refuses()
    {
        (int rounds, int seed, Random random) = Table(5);
        await using SingleServer server = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest, "--snapshot-count", "60");
        MemberProcess member = server.Process;
        int next = 0;
        for (int round = 0; round < rounds; round++)
        {
            next = await PutAsync([member], next, random.Next(20, 90));
            HashKVResponse before = await HashAsync(member);
            await member.KillAsync();
            BitFlip? flip = BitFlip.Choose(random, member, round % BitFlip.Kinds.Count);
            flip?.Do();
            bool refused = !await StartsAsync(member);
            output.WriteLine($"seed {seed}, round {round}: {flip}: {(refused ? "refused" : "whole")}");
            if (refused)
            {
                Assert.Contains(Path.GetFileName(flip!.File), member.Log, StringComparison.Ordinal);
                flip.Do();
                await member.StartAndWaitAsync();
            }

            HashKVResponse after = await HashAsync(member);
            Assert.True(
                (after.Hash, after.HashRevision) == (before.Hash, before.HashRevision),
                $"seed {seed}, round {round}: {flip}: {before} became {after}\n{member.Log}");
        }
    }

    private static (int Rounds, int Seed, Random Random) Table(int rounds)
    {
        int seed = int.Parse(Environment.GetEnvironmentVariable("DAMAGE_SEED") ?? "1");
        return (int.Parse(Environment.GetEnvironmentVariable("DAMAGE_ROUNDS") ?? $"{rounds}"), seed, new Random(seed));
    }

    /// <summary>Whether it serves; false when it has ended with a reason.</summary>
    private static async Task<bool> StartsAsync(MemberProcess member)
    {
        try
        {
            await member.StartAndWaitAsync();
            return true;
        }
        catch (ServerExitedException)
        {
            int code = await member.WaitForExitAsync();
            Assert.True(code == 1, $"{member.Settings.Name} ended with {code}\n{member.Log}");
            Assert.Contains("actor-etcd: ", member.Log, StringComparison.Ordinal);
            return false;
        }
    }

    private static async Task<int> PutAsync(IReadOnlyList<MemberProcess> members, int next, int count)
    {
        await using GrpcChannel channel = await members[next % members.Count].ConnectAsync();
        for (int end = next + count; next < end; next++)
        {
            await Poll.UntilAsync($"put {next}", StartWithin, async () => await channel.UnaryAsync(
                EtcdMethods.Put,
                new PutRequest
                {
                    Key = ByteString.CopyFromUtf8($"key/{next % 300}"),
                    Value = ByteString.CopyFromUtf8($"{next} {new string('v', ValueBytes)}"),
                },
                CallWithin));
        }

        return next;
    }

    private static async Task AgreeAsync(ThreeNodeCluster cluster, string what)
    {
        await Poll.UntilAsync($"the members to agree after {what}", StartWithin, async () =>
        {
            HashKVResponse[] hashes = await Task.WhenAll(cluster.Members.Select(HashAsync));
            bool level = hashes.All(hash => hash.HashRevision == hashes[0].HashRevision);
            Assert.True(
                !level || hashes.All(hash => hash.Hash == hashes[0].Hash), $"{what}: {string.Join("; ", hashes.Select(hash => $"{hash}"))}");
            return level;
        });
    }

    private static async Task<HashKVResponse> HashAsync(MemberProcess member)
    {
        await using GrpcChannel channel = await member.ConnectAsync();
        return await channel.UnaryAsync(EtcdMethods.HashKV, new HashKVRequest(), CallWithin);
    }
}
