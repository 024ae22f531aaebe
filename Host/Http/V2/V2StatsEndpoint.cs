using System.Globalization;
using ActorEtcd.Client;
using ActorEtcd.Raft;
using ActorEtcd.V2;
using Microsoft.AspNetCore.Http;

namespace ActorEtcd.Host.Http.V2;

/// <summary><c>/v2/stats</c>: this member, the followers when it leads, and what was done with the v2 store.</summary>
internal sealed class V2StatsEndpoint(EtcdNode node, string name, V2PeerStats peers, TimeProvider time)
{
    private const string Prefix = "/v2/stats";

    private static readonly (string Name, V2Action Action)[] Counted =
    [
        ("gets", V2Action.Get),
        ("sets", V2Action.Set),
        ("delete", V2Action.Delete),
        ("update", V2Action.Update),
        ("create", V2Action.Create),
        ("compareAndSwap", V2Action.CompareAndSwap),
        ("compareAndDelete", V2Action.CompareAndDelete),
    ];

    private readonly DateTimeOffset _started = time.GetUtcNow();

    public void Map(HttpRouter router) => router
        .Map(Prefix + "/store", call => AnswerAsync(call, Store))
        .Map(Prefix + "/self", call => AnswerAsync(call, Self))
        .Map(Prefix + "/leader", LeaderAsync);

    private static async ValueTask AnswerAsync(HttpCall call, Func<string> answer)
    {
        if (await V2Responses.AllowsAsync(call, "GET"))
        {
            await V2Responses.JsonAsync(call, answer());
        }
    }

    private async ValueTask LeaderAsync(HttpCall call)
    {
        if (node.Status.Leader != node.Settings.Raft.Id && call.Method == "GET")
        {
            await V2Responses.MessageAsync(call, StatusCodes.Status403Forbidden, "not current leader");
            return;
        }

        await AnswerAsync(call, Leader);
    }

    private string Store()
    {
        V2Counters counters = node.V2.Counters;
        string counts = string.Concat(Counted.Select(counted => string.Create(
            CultureInfo.InvariantCulture,
            $"\"{counted.Name}Success\":{counters[counted.Action, true]},\"{counted.Name}Fail\":{counters[counted.Action, false]},")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{{{counts}\"expireCount\":{counters[V2Action.Expire, true]},\"watchers\":{node.V2.Watchers}}}");
    }

    private string Self()
    {
        RaftStatus status = node.Status;
        DateTimeOffset since = node.V2.LeaderSinceTicks is var ticks and > 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : _started;
        string leader = status.HasLeader ? Hex(status.Leader) : string.Empty;
        string uptime = GoDurationText.Of(time.GetUtcNow() - since);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"name\":{V2Json.Text(name)},\"id\":\"{Hex(node.Settings.Raft.Id)}\",\"state\":\"State{status.Role}\",\"startTime\":\"{Text(_started)}\",\"leaderInfo\":{{\"leader\":\"{leader}\",\"uptime\":\"{uptime}\",\"startTime\":\"{Text(since)}\"}},\"recvAppendRequestCnt\":{peers.Received},\"sendAppendRequestCnt\":{peers.Sent}}}");
    }

    private string Leader()
    {
        IEnumerable<string> followers = peers.Followers
            .Where(follower => node.Members.Find(follower.Key) is not null)
            .OrderBy(static follower => Hex(follower.Key), StringComparer.Ordinal)
            .Select(static follower => $"\"{Hex(follower.Key)}\":{follower.Value.ToJson()}");
        return $"{{\"leader\":\"{Hex(node.Settings.Raft.Id)}\",\"followers\":{{{string.Join(',', followers)}}}}}";
    }

    private static string Text(DateTimeOffset moment)
        => V2Json.Time((moment - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick);

    private static string Hex(MemberId id) => id.Value.ToString("x", CultureInfo.InvariantCulture);
}
