using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Chaos.Faults;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Chaos;

/// <summary>Removes a member, which then ends by itself, and adds another, with an empty disk and new URLs, in its place.</summary>
internal sealed class MemberReplacement(ChaosCluster cluster, ChaosLog log)
{
    private const string Service = "etcdserverpb.Cluster";

    private static readonly GrpcMethod<MemberAddRequest, MemberAddResponse> Add =
        GrpcMethod.Protobuf<MemberAddRequest, MemberAddResponse>(Service, "MemberAdd");

    private static readonly GrpcMethod<MemberRemoveRequest, MemberRemoveResponse> Remove =
        GrpcMethod.Protobuf<MemberRemoveRequest, MemberRemoveResponse>(Service, "MemberRemove");

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <summary>Health of all links for some seconds has to pass, while links are cut again and again.</summary>
    private static readonly TimeSpan ChangeWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TryFor = TimeSpan.FromSeconds(8);

    public async Task RunAsync(int place, CancellationToken stop)
    {
        MemberProcess old = cluster.Members[place];
        int asked = (place + 1) % cluster.Members.Count;
        log.Fault($"{old.Settings.Name} is to be replaced");
        if (!await RemovedAsync(old, asked, stop))
        {
            log.Fault($"{old.Settings.Name} was not removed: the cluster was not healthy enough");
            return;
        }

        int exitCode = await ExitCodeAsync(old);
        MemberSettings successor = cluster.MakeSuccessor(place);
        log.Fault($"{old.Settings.Name} was removed and ended with {exitCode}; {successor.Name} is added");
        await Poll.UntilAsync($"{successor.Name} to be added", ChangeWithin, async () =>
        {
            if (await IdOfAsync(asked, successor.PeerUrl) == null)
            {
                var request = new MemberAddRequest { PeerURLs = { successor.PeerUrl } };
                await AskAsync(asked, Add, request);
            }

            return true;
        });
        cluster.Replace(place, successor);
        await cluster.StartAllAsync();
        log.Fault($"{successor.Name} is up");
    }

    /// <summary>Once it may have been removed, there is no way back: then this waits until it is.</summary>
    private async Task<bool> RemovedAsync(MemberProcess old, int asked, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TryFor);
        bool maybe = false;
        while (maybe || !patience.IsCancellationRequested)
        {
            try
            {
                if (await IdOfAsync(asked, old.Settings.PeerUrl) is not { } id)
                {
                    return true;
                }

                maybe = true;
                await AskAsync(asked, Remove, new MemberRemoveRequest { ID = id });
                return true;
            }
            catch (GrpcCallException refused) when (refused.Detail.StartsWith("etcdserver: unhealthy", StringComparison.Ordinal)
                || refused.Detail.StartsWith("etcdserver: re-configuration", StringComparison.Ordinal))
            {
                maybe = false;
            }
            catch (GrpcCallException)
            {
                // No leader, or no answer: ask again.
            }

            await Pauses.ForAsync(TimeSpan.FromMilliseconds(200), stop);
        }

        return false;
    }

    /// <summary>It ends when it hears of it; one that cannot hear of it any more is ended as its operator would.</summary>
    private async Task<int> ExitCodeAsync(MemberProcess old)
    {
        if (!old.IsRunning)
        {
            return await old.WaitForExitAsync();
        }

        try
        {
            int exitCode = await old.WaitForExitAsync();
            if (exitCode != 0)
            {
                log.Violation($"{old.Settings.Name} ended with {exitCode} after it was removed");
            }

            return exitCode;
        }
        catch (TimeoutException)
        {
            log.Fault($"{old.Settings.Name} did not hear that it was removed");
            return await old.TerminateAsync();
        }
    }

    private async Task<ulong?> IdOfAsync(int asked, string peerUrl)
    {
        MemberListResponse list = await AskAsync(asked, EtcdMethods.MemberList, new MemberListRequest { Linearizable = true });
        return list.Members.FirstOrDefault(member => member.PeerURLs.Contains(peerUrl))?.ID;
    }

    private async Task<TResponse> AskAsync<TRequest, TResponse>(int place, GrpcMethod<TRequest, TResponse> method, TRequest request)
    {
        await using GrpcChannel channel = await cluster.Members[place].ConnectAsync();
        return await channel.UnaryAsync(method, request, Deadline);
    }
}
