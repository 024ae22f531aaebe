using System.Collections.Concurrent;
using System.Diagnostics;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>Watches from a revision miss nothing, repeat nothing and keep the order when the leader dies.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class WatchAcrossLeadersSpec
{
    private static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Watches_on_every_member_see_every_put_once_and_in_order()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(SpecEnvironment.ServerUnderTest);
        await cluster.GuardAsync(async () =>
        {
            await using var load = new PutLoad(cluster);
            await load.ReachedAsync(300);
            ResumingWatch[] watches = [.. Enumerable.Range(0, 3).Select(
                first => new ResumingWatch(cluster.Members, first, PutLoad.Prefix, fromRevision: 1))];
            try
            {
                await load.GoesOnForAsync(500);
                await ChangeLeaderUnderLoadAsync(cluster, load);
                foreach (ResumingWatch watch in watches)
                {
                    await ToldAsync(() => HistoryAsync(cluster), () => watch.Events);
                }

                Assert.True(watches.Sum(watch => watch.Resumptions) > 0, "no watch was on the member that died");
            }
            finally
            {
                foreach (ResumingWatch watch in watches)
                {
                    await watch.DisposeAsync();
                }
            }
        });
    }

    [Fact]
    public async Task Etcdctl_watch_with_rev_prints_every_put_once_and_in_order()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(SpecEnvironment.ServerUnderTest);
        await cluster.GuardAsync(async () =>
        {
            await using var load = new PutLoad(cluster);
            await load.ReachedAsync(300);
            MemberProcess leader = await cluster.LeaderAsync();
            IEnumerable<MemberProcess> leaderFirst = cluster.Members.OrderBy(member => member != leader);
            string endpoints = string.Join(',', leaderFirst.Select(member => member.Endpoint));
            using Process watch = Etcdctl.Start(endpoints, ["watch", "--prefix", PutLoad.Prefix, "--rev=1"]);
            var keys = new ConcurrentQueue<string>();
            watch.OutputDataReceived += (_, line) =>
            {
                if (line.Data?.StartsWith(PutLoad.Prefix, StringComparison.Ordinal) == true)
                {
                    keys.Enqueue(line.Data);
                }
            };
            watch.BeginOutputReadLine();
            try
            {
                await load.GoesOnForAsync(500);
                await ChangeLeaderUnderLoadAsync(cluster, load);
                await ToldAsync(async () => (await HistoryAsync(cluster)).Select(change => change.Key).ToArray(), keys.ToArray);
            }
            finally
            {
                watch.Kill();
            }
        });
    }

    /// <summary>A put whose client gave up on it may still come, so both are read until they agree.</summary>
    private static Task ToldAsync<T>(Func<Task<T[]>> history, Func<T[]> told) => Poll.UntilAsync("the watch to have told the history", DrainWithin, async () =>
    {
        Assert.Equal(await history(), told());
        return true;
    });

    private static async Task ChangeLeaderUnderLoadAsync(ThreeNodeCluster cluster, PutLoad load)
    {
        MemberProcess leader = await cluster.LeaderAsync();
        await leader.KillAsync();
        await load.GoesOnForAsync(700);
        await leader.StartAndWaitAsync();
        await load.GoesOnForAsync(300);
        await load.StopAsync();
    }

    /// <summary>All puts in the order of their revisions; every key was put once.</summary>
    private static async Task<(string Key, long Revision)[]> HistoryAsync(ThreeNodeCluster cluster)
    {
        await using GrpcChannel channel = await cluster.Members[0].ConnectAsync();
        RangeResponse all = await channel.UntilDoneAsync(EtcdMethods.Range, new RangeRequest
        {
            Key = ByteString.CopyFromUtf8(PutLoad.Prefix),
            RangeEnd = ByteString.CopyFromUtf8("load0"),
            KeysOnly = true,
            SortTarget = RangeRequest.Types.SortTarget.Mod,
            SortOrder = RangeRequest.Types.SortOrder.Ascend,
        });
        return [.. all.Kvs.Select(pair => (pair.Key.ToStringUtf8(), pair.ModRevision))];
    }
}
