using System.Diagnostics;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Chaos.Faults;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Chaos;

/// <summary>Changes of the member list, each asked for until it is known that it was made, or that it was not.</summary>
internal sealed class MemberChanges(ChaosCluster cluster, ChaosLog log)
{
    public static readonly GrpcMethod<MemberAddRequest, MemberAddResponse> Add =
        GrpcMethod.Protobuf<MemberAddRequest, MemberAddResponse>(Service, "MemberAdd");

    public static readonly GrpcMethod<MemberRemoveRequest, MemberRemoveResponse> Remove =
        GrpcMethod.Protobuf<MemberRemoveRequest, MemberRemoveResponse>(Service, "MemberRemove");

    public static readonly GrpcMethod<MemberUpdateRequest, MemberUpdateResponse> Update =
        GrpcMethod.Protobuf<MemberUpdateRequest, MemberUpdateResponse>(Service, "MemberUpdate");

    public static readonly GrpcMethod<MemberPromoteRequest, MemberPromoteResponse> Promote =
        GrpcMethod.Protobuf<MemberPromoteRequest, MemberPromoteResponse>(Service, "MemberPromote");

    /// <summary>How long a change is tried that is refused for want of health.</summary>
    public static readonly TimeSpan TryFor = TimeSpan.FromSeconds(8);

    private const string Service = "etcdserverpb.Cluster";

    /// <summary>After the last fault everything becomes known, even on a busy machine.</summary>
    private static readonly TimeSpan KnownWithin = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private static readonly string[] Refusals =
    [
        "etcdserver: unhealthy", "etcdserver: re-configuration", "etcdserver: can only promote", "etcdserver: too many learner",
        "etcdserver: Peer URLs already exists", "etcdserver: member not found",
    ];

    /// <summary>
    /// True once it is made. One of which it is not known whether it will still be made is asked for until it is: there is
    /// no way back.
    /// </summary>
    /// <param name="others">The places of those who are asked, in turn.</param>
    /// <param name="tryFor">How long one that is refused is tried; null: for as long as it takes.</param>
    public async Task<bool> MakeAsync(
        string what,
        IReadOnlyList<int> others,
        Func<MemberListResponse, bool> isMade,
        Func<GrpcChannel, MemberListResponse, Task> ask,
        TimeSpan? tryFor,
        CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        long? stopped = null;
        bool maybe = tryFor == null;
        for (int tried = 0; maybe || (!stop.IsCancellationRequested && Stopwatch.GetElapsedTime(start) < tryFor); tried++)
        {
            bool asked = false;
            try
            {
                await using GrpcChannel channel = await cluster.Members[others[tried % others.Count]].ConnectAsync(CancellationToken.None);
                MemberListResponse list = await channel.UnaryAsync(
                    EtcdMethods.MemberList, new MemberListRequest { Linearizable = true }, Deadline);
                if (isMade(list))
                {
                    return true;
                }

                asked = true;
                await ask(channel, list);
                return true;
            }
            catch (GrpcCallException failure)
            {
                // Without a refusal it may have been made, or may be later.
                maybe |= asked && !Refusals.Any(refusal => failure.Detail.StartsWith(refusal, StringComparison.Ordinal));
            }

            stopped ??= stop.IsCancellationRequested ? Stopwatch.GetTimestamp() : null;
            if (stopped is { } since && Stopwatch.GetElapsedTime(since) > KnownWithin)
            {
                throw new TimeoutException($"{what}: not known {KnownWithin.TotalSeconds} s after the last fault");
            }

            await Pauses.OrStopAsync(Pause, stopped == null ? stop : CancellationToken.None);
        }

        log.Fault($"{what}: not made, the cluster was not healthy enough");
        return false;
    }

    /// <summary>Its place in a list, by its peer URL; null when the list does not have it.</summary>
    public static Member? Find(MemberListResponse list, string peerUrl) =>
        list.Members.FirstOrDefault(member => member.PeerURLs.Contains(peerUrl));

    public static async Task<TResponse> AskAsync<TRequest, TResponse>(
        GrpcChannel channel, GrpcMethod<TRequest, TResponse> method, TRequest request) =>
        await channel.UnaryAsync(method, request, Deadline);

    /// <summary>Who is removed ends when it hears of it; one that cannot hear of it any more is ended as its operator would.</summary>
    public async Task EndedAsync(MemberProcess removed)
    {
        try
        {
            int exitCode = await removed.WaitForExitAsync();
            log.Fault($"{removed.Settings.Name} was removed and ended with {exitCode}");
            if (exitCode != 0)
            {
                log.Violation($"{removed.Settings.Name} ended with {exitCode} after it was removed");
            }
        }
        catch (TimeoutException)
        {
            log.Fault($"{removed.Settings.Name} did not hear that it was removed");
            await removed.TerminateAsync();
        }
    }
}
