using System.Net.Sockets;
using ActorEtcd.Host.Config;
using ActorEtcd.Members;
using Akka.Actor;

namespace ActorEtcd.Host.Server;

/// <summary>
/// Asks the members of a running cluster for their member list, before this member has an actor system of its own (etcd:
/// <c>GetClusterFromRemotePeers</c>). The questions come from a system that lives as long as this object. It has the name that
/// the members call this one by already: by another, their calls and their answers would go to one port under two names, and
/// Akka.NET's transport would close the one connection for the other, over and over.
/// </summary>
public sealed class RunningCluster(ServerOptions options, EtcdUrl advertise) : IAsyncDisposable
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(1);
    private ActorSystem? _system;

    /// <summary>The answer of the first member that gives one; null when none does.</summary>
    /// <param name="peerUrls">Where to ask, one after the other.</param>
    /// <param name="within">How long each may take.</param>
    public async Task<MembersTold?> AskAsync(IEnumerable<string> peerUrls, TimeSpan within)
    {
        foreach (var url in peerUrls)
        {
            if (PeerAddresses.AddressOf(url) is { } address && await ListensAsync(address))
            {
                try
                {
                    return await AskAsync(address, within);
                }
                catch (AskTimeoutException)
                {
                    // Somebody listens and does not answer; perhaps another does.
                }
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_system is not null)
        {
            await _system.Terminate();
        }
    }

    // Without this a question to a member that is down would take its whole time.
    private static async Task<bool> ListensAsync(Address address)
    {
        using var limit = new CancellationTokenSource(ConnectWithin);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address.Host!, address.Port!.Value, limit.Token);
            return true;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<MembersTold> AskAsync(Address address, TimeSpan within)
    {
        _system ??= ActorSystem.Create(PeerAddresses.SystemName, PeerTls.SetupOf(options, AkkaConfig.ForQuestions(options, advertise)));
        var path = $"{address}{PeerAddresses.RootPath}/{MembersActor.Name}";
        var members = ((ExtendedActorSystem)_system).Provider.ResolveActorRef(path);
        return await members.Ask<MembersTold>(new AskMembers(), within);
    }
}
