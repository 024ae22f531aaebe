using System.Collections.Immutable;
using System.Net.Sockets;
using ActorEtcd.Host.Config;
using ActorEtcd.Members;
using Akka.Actor;
using Akka.Remote;

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
            if (PeerAddresses.AddressOf(url) is { } address && await FindAsync(url, address) is { } place)
            {
                try
                {
                    return await AskAsync(address, place, within);
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

    // Another URL of the same member will do when nobody listens at this one; the member's address is its first.
    private async Task<Address?> FindAsync(string url, Address address)
    {
        var others = options.InitialCluster.FirstOrDefault(member => member.PeerUrls.Any(own => own.ToString() == url))?.PeerUrls ?? [];
        var places = others.Select(static other => PeerAddresses.AddressOf(other.ToString())).OfType<Address>();
        foreach (var place in places.Prepend(address).Distinct())
        {
            if (await ListensAsync(place))
            {
                return place;
            }
        }

        return null;
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

    private async Task<MembersTold> AskAsync(Address address, Address place, TimeSpan within)
    {
        _system ??= ActorSystem.Create(PeerAddresses.SystemName, PeerTls.SetupOf(options, AkkaConfig.ForQuestions(options, advertise)));
        var path = $"{address}{PeerAddresses.RootPath}/{MembersActor.Name}";
        var provider = ((ExtendedActorSystem)_system).Provider;
        if (place != address && provider is IRemoteActorRefProvider remote)
        {
            await remote.Transport.ManagementCommand(ImmutableDictionary<Address, ImmutableArray<Address>>.Empty.Add(address, [place]));
        }

        var members = provider.ResolveActorRef(path);
        return await members.Ask<MembersTold>(new AskMembers(), within);
    }
}
