using System.Globalization;
using ActorEtcd.Client;
using ActorEtcd.Messages;
using ActorEtcd.V2;

namespace ActorEtcd.Specs.Sim;

/// <summary>Calls of the v2 store.</summary>
internal sealed class SimV2Client(SimWorld world)
{
    private const int Keys = 4;
    private static readonly TimeSpan TtlMax = TimeSpan.FromSeconds(4);

    public Task UseAsync(SimMember member) => world.Random.Next(8) switch
    {
        < 3 => GetAsync(member),
        _ => ChangeAsync(member),
    };

    private async Task ChangeAsync(SimMember member)
    {
        V2Request change = AnyChange(PathOf(world.Random.Next(Keys)), UnixNanoseconds(member));
        ulong told = world.V2.Acknowledged;
        SimOutcome<V2Result> outcome = await world.Load.Call(member, node => node.V2Async(change));
        world.Trace($"v2 client at {member.Number + 1}: {change}: {(outcome.IsSuccess ? outcome.Result!.ToString() : outcome.IsKnown ? outcome.Error.ToString() : "unknown")}");
        if (outcome.IsSuccess)
        {
            world.Count(SimFault.V2Change);
            world.V2.ChangeAnswered(told, outcome.Result!, $"{change.Method} {change.Path}");
        }
    }

    private V2Request AnyChange(string path, long now)
    {
        string value = world.Load.NewValue();
        var put = new V2Request(V2Request.Put, path) { Value = value, Time = now };
        ulong index = world.V2.Acknowledged;
        return world.Random.Next(8) switch
        {
            0 => put with { ExpiresAt = now + ((long)(TtlMax.Ticks * world.Random.NextDouble()) * TimeSpan.NanosecondsPerTick) + 1 },
            1 => put with { PrevExist = world.Random.Next(2) == 0 },
            2 => put with { PrevIndex = index == 0 ? 1 : index - (ulong)world.Random.Next(2) },
            3 => new V2Request(V2Request.Delete, path) { Time = now },
            4 => new V2Request(V2Request.Post, V2Path.Keys + "/queue") { Value = value, Time = now },
            _ => put,
        };
    }

    private async Task GetAsync(SimMember member)
    {
        (ulong told, string path, bool isQuorum, long now) =
            (world.V2.Acknowledged, PathOf(world.Random.Next(Keys)), world.Random.Next(3) != 0, UnixNanoseconds(member));
        SimOutcome<V2Found> outcome = await world.Load.Call(member, node => FoundAsync(node, path, isQuorum, now));
        if (outcome.IsSuccess)
        {
            world.V2.GetAnswered(told, path, outcome.Result!.Event, outcome.Result.Error, isQuorum);
        }
    }

    private static async ValueTask<V2Found> FoundAsync(EtcdNode node, string path, bool isQuorum, long now)
    {
        var (found, error) = await node.V2GetAsync(path, isRecursive: false, isQuorum, now);
        return new V2Found(found, error);
    }

    private static string PathOf(int number) => $"{V2Path.Keys}/a{number.ToString(CultureInfo.InvariantCulture)}";

    private static long UnixNanoseconds(SimMember member) => (member.UtcNow - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private sealed record V2Found(V2Event? Event, V2Error? Error);
}
