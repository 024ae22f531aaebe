using System.Diagnostics;
using System.Text;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;
using Xunit.Abstractions;
using AlarmAction = ActorEtcd.Host.Protos.Etcdserverpb.AlarmRequest.Types.AlarmAction;

namespace ActorEtcd.Specs.Cluster;

/// <summary>A member whose files say something else than the others', with checksums that hold: only the others can tell.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class DivergedMemberSpec(ITestOutputHelper output)
{
    private const string Right = "the value that all were told";
    private const string Wrong = "the value that one made up..";

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan CallWithin = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Member_whose_log_says_something_else_is_named_in_an_alarm_without_being_asked_for_and_can_be_removed()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(ServerKind.ActorEtcd);
        await cluster.GuardAsync(async () =>
        {
            MemberProcess victim = await cluster.FollowerAsync();
            ulong id = await IdAsync(victim);
            await PutAsync(cluster, 20);
            await HasAsync(victim, Right);

            await victim.KillAsync();
            await ChangedValue.InLogAsync(victim, Right, Wrong);
            await victim.StartAndWaitAsync();

            await HasAsync(victim, Wrong);
            await IsNamedAsync(cluster, id);
            await IsCuredWithoutAsync([.. cluster.Members.Where(member => member != victim)], id);
        });
    }

    [Theory]
    [InlineData("user")]
    [InlineData("lease")]
    [InlineData("v2 key")]
    public async Task Member_with_another_user_lease_or_v2_key_is_named_although_its_keys_are_the_same(string kind)
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(ServerKind.ActorEtcd);
        await cluster.GuardAsync(async () =>
        {
            MemberProcess victim = await cluster.FollowerAsync();
            ulong id = await IdAsync(victim);
            (byte[] before, byte[] after) = await WriteAsync(cluster, kind);
            await PutAsync(cluster, 0);
            await HasAsync(victim, Right);
            Assert.Empty(await AlarmsAsync(victim));

            await victim.KillAsync();
            await ChangedValue.InLogAsync(victim, before, after);
            await victim.StartAndWaitAsync();

            await IsNamedAsync(cluster, id);
        });
    }

    [Fact]
    public async Task Member_whose_checkpoint_says_something_else_is_named_by_the_check_of_all_keys_and_does_not_start_with_the_initial_one()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(
            ServerKind.ActorEtcd, "--corrupt-check-time", "1s", "--snapshot-count", "60", "--snapshot-catchup-entries", "20");
        await cluster.GuardAsync(async () =>
        {
            MemberProcess victim = await cluster.FollowerAsync();
            ulong id = await IdAsync(victim);
            await PutAsync(cluster, 200);
            await HasAsync(victim, Right);
            Assert.Empty(await AlarmsAsync(victim));
            await Poll.UntilAsync("a checkpoint of what the victim holds", Within, () => Task.FromResult(
                Directory.GetFiles(Path.Combine(victim.Settings.DataDir, "member", "snap"), "*.snap").Length > 0));

            Assert.Equal(0, await victim.TerminateAsync());
            await ChangedValue.InCheckpointAsync(victim, Right, Wrong);
            await RefusesToServeAsync(victim);

            await victim.StartAndWaitAsync();
            await HasAsync(victim, Wrong);
            await IsNamedAsync(cluster, id);
        });
    }

    /// <summary>Writes what no key shows; answers with bytes of it in the log and with others.</summary>
    private static async Task<(byte[] Before, byte[] After)> WriteAsync(ThreeNodeCluster cluster, string kind)
    {
        await using var client = new RetryingClient(cluster.Members);
        switch (kind)
        {
            case "user":
                await DoneOnceAsync(client, CtlMethods.UserAdd, new AuthUserAddRequest { Name = "user-of-all", Password = "secret" });
                return ("user-of-all"u8.ToArray(), "user-of-one"u8.ToArray());
            case "lease":
                var grant = new LeaseGrantRequest { ID = 0x1122_3344_5566_7788, TTL = 54_321 };
                await DoneOnceAsync(client, EtcdMethods.LeaseGrant, grant);
                return (grant.ToByteArray(), new LeaseGrantRequest(grant) { ID = grant.ID ^ 1 }.ToByteArray());
            default:
                using (var http = new HttpClient { Timeout = CallWithin })
                {
                    await Poll.UntilAsync("a v2 key to be written", Within, async () =>
                    {
                        using var form = new StringContent($"value={Right.Replace(' ', '+')}", Encoding.UTF8, "application/x-www-form-urlencoded");
                        using HttpResponseMessage answer = await http.PutAsync(new Uri($"http://{cluster.Members[0].Endpoint}/v2/keys/k"), form);
                        return answer.IsSuccessStatusCode;
                    });
                }

                return (Encoding.UTF8.GetBytes(Right), Encoding.UTF8.GetBytes(Wrong));
        }
    }

    /// <summary>Until it is done, or refused because it is there: an attempt without an answer may have been done.</summary>
    private static Task DoneOnceAsync<TRequest, TResponse>(RetryingClient client, GrpcMethod<TRequest, TResponse> method, TRequest request)
        where TResponse : class
        => Poll.UntilAsync($"{method.Path} to be done", Within, async () =>
        {
            try
            {
                return await client.AttemptAsync(method, request) is not null;
            }
            catch (GrpcCallException refusal) when (refusal.Detail.Contains("already exists", StringComparison.Ordinal))
            {
                return true;
            }
        });

    /// <summary>The others may be too slow to answer in time; then they do not count, and the start is tried again.</summary>
    private static async Task RefusesToServeAsync(MemberProcess victim)
    {
        await using MemberProcess careful = MemberProcess.Of(ServerKind.ActorEtcd, victim.Settings with
        {
            ExtraArguments = [.. victim.Settings.ExtraArguments, "--experimental-initial-corrupt-check"],
        });
        await Poll.UntilAsync("the initial check to end the start", Within, async () =>
        {
            careful.Start();
            try
            {
                Assert.Equal(1, await careful.WaitForExitAsync());
                return true;
            }
            finally
            {
                if (careful.IsRunning)
                {
                    await careful.KillAsync();
                }
            }
        });
        Assert.Contains("found data inconsistency with peers", careful.Log, StringComparison.Ordinal);
    }

    /// <summary>The alarm is on every member; writes are refused by all, and reads are not, as in etcd.</summary>
    private async Task IsNamedAsync(ThreeNodeCluster cluster, ulong id)
    {
        long since = Stopwatch.GetTimestamp();
        foreach (MemberProcess member in cluster.Members)
        {
            AlarmMember alarm = await Poll.UntilAsync("an alarm", Within, async () => (await AlarmsAsync(member)).SingleOrDefault());
            Assert.Equal((AlarmType.Corrupt, id), (alarm.Alarm, alarm.MemberID));
            await using GrpcChannel channel = await member.ConnectAsync();
            GrpcCallException refusal = await Assert.ThrowsAsync<GrpcCallException>(
                () => channel.UntilDoneAsync(EtcdMethods.Put, PutOf("new", "value")));
            Assert.Equal((StatusCode.DataLoss, "etcdserver: corrupt cluster"), (refusal.Code, refusal.Detail));
            Assert.Single((await channel.UntilDoneAsync(EtcdMethods.Range, RangeOf("changed"))).Kvs);
        }

        output.WriteLine($"named on all members {Stopwatch.GetElapsedTime(since).TotalMilliseconds:F0} ms after it was back");
    }

    /// <summary>As after such an alarm in etcd: the member is removed, the alarm ended, and writes are taken again.</summary>
    private static async Task IsCuredWithoutAsync(MemberProcess[] others, ulong id)
    {
        await using var client = new RetryingClient(others);
        await Poll.UntilAsync("the member to be removed", Within, async () =>
        {
            MemberListResponse list = await client.AttemptAsync(EtcdMethods.MemberList, new MemberListRequest { Linearizable = true });
            return list.Members.All(member => member.ID != id)
                || await client.AttemptAsync(CtlMethods.MemberRemove, new MemberRemoveRequest { ID = id }) is not null;
        });
        await client.UntilDoneAsync(
            EtcdMethods.Alarm, new AlarmRequest { Action = AlarmAction.Deactivate, MemberID = id, Alarm = AlarmType.Corrupt }, Within);
        await client.UntilDoneAsync(EtcdMethods.Put, PutOf("after", "value"), Within);
    }

    private static async Task PutAsync(ThreeNodeCluster cluster, int more)
    {
        await using var client = new RetryingClient(cluster.Members);
        await client.UntilDoneAsync(EtcdMethods.Put, PutOf("changed", Right), Within);
        for (int i = 0; i < more; i++)
        {
            await client.UntilDoneAsync(EtcdMethods.Put, PutOf($"other/{i}", $"{i}"), Within);
        }
    }

    /// <summary>What the member itself holds, which may be behind.</summary>
    private static Task HasAsync(MemberProcess member, string value) =>
        Poll.UntilAsync($"{member.Settings.Name} to hold '{value}'", Within, async () =>
        {
            await using GrpcChannel channel = await member.ConnectAsync();
            RangeRequest range = RangeOf("changed");
            range.Serializable = true;
            RangeResponse found = await channel.UnaryAsync(EtcdMethods.Range, range, CallWithin);
            return found.Kvs.SingleOrDefault()?.Value.ToStringUtf8() == value;
        });

    private static async Task<IReadOnlyList<AlarmMember>> AlarmsAsync(MemberProcess member)
    {
        await using GrpcChannel channel = await member.ConnectAsync();
        return (await channel.UntilDoneAsync(EtcdMethods.Alarm, new AlarmRequest { Action = AlarmAction.Get })).Alarms;
    }

    private static async Task<ulong> IdAsync(MemberProcess member)
    {
        await using GrpcChannel channel = await member.ConnectAsync();
        return (await channel.UnaryAsync(EtcdMethods.Status, new StatusRequest(), CallWithin)).Header.MemberId;
    }

    private static PutRequest PutOf(string key, string value) => new()
    {
        Key = ByteString.CopyFromUtf8(key),
        Value = ByteString.CopyFromUtf8(value),
    };

    private static RangeRequest RangeOf(string key) => new() { Key = ByteString.CopyFromUtf8(key) };
}
