using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Specs.TestKit;

/// <summary>Three member processes on loopback with a directory of their own.</summary>
public sealed class ThreeNodeCluster : IAsyncDisposable
{
    private static readonly TimeSpan LeaderWithin = TimeSpan.FromSeconds(90);

    private readonly TempDir _dir = new();

    private ThreeNodeCluster(ServerKind kind, Func<MemberSettings, MemberSettings> adapt, IReadOnlyList<string> extraArguments)
    {
        string[] names = ["infra0", "infra1", "infra2"];
        int[] peerPorts = [.. names.Select(_ => FreePorts.Next())];
        string initial = string.Join(',', names.Zip(peerPorts, (name, port) => $"{name}=http://127.0.0.1:{port}"));
        Members = [.. names.Zip(peerPorts, (name, port) => MemberProcess.Of(kind, adapt(new MemberSettings
        {
            Name = name,
            DataDir = Path.Combine(_dir.Path, name + ".etcd"),
            ClientPort = FreePorts.Next(),
            PeerPort = port,
            InitialCluster = initial,
            ExtraArguments = extraArguments,
        })))];
    }

    public IReadOnlyList<MemberProcess> Members { get; }

    public string Endpoints => string.Join(',', Members.Select(member => member.Endpoint));

    public static Task<ThreeNodeCluster> StartAsync(ServerKind kind, params string[] extraArguments)
        => StartAsync(kind, static settings => settings, extraArguments);

    /// <param name="kind">What is started.</param>
    /// <param name="adapt">Has the last word on each member's settings.</param>
    /// <param name="extraArguments">Flags of every member.</param>
    public static async Task<ThreeNodeCluster> StartAsync(
        ServerKind kind, Func<MemberSettings, MemberSettings> adapt, params string[] extraArguments)
    {
        var cluster = new ThreeNodeCluster(kind, adapt, extraArguments);
        try
        {
            await cluster.StartAllAsync();
            return cluster;
        }
        catch (Exception failure)
        {
            string log = cluster.Log();
            await cluster.DisposeAsync();
            throw new InvalidOperationException($"cluster did not start: {failure.Message}\n{log}", failure);
        }
    }

    /// <summary>Starts the members that are not running and waits until all are ready.</summary>
    public async Task StartAllAsync()
    {
        foreach (MemberProcess member in Members.Where(member => !member.IsRunning))
        {
            member.Start();
        }

        await Task.WhenAll(Members.Select(member => member.WaitUntilReadyAsync()));
        foreach (MemberProcess member in Members)
        {
            await Poll.UntilAsync($"{member.Settings.Name} to know of all where clients find them", LeaderWithin, () => KnowsAllAsync(member));
        }
    }

    private async Task<bool> KnowsAllAsync(MemberProcess member)
    {
        await using GrpcChannel channel = await member.ConnectAsync();
        try
        {
            MemberListResponse list = await channel.UnaryAsync(EtcdMethods.MemberList, new MemberListRequest(), TimeSpan.FromSeconds(10));
            return list.Members.Count(static known => known.ClientURLs.Count > 0) >= Members.Count;
        }
        catch (GrpcCallException refusal) when (refusal.Detail == "etcdserver: user name is empty")
        {
            return true;
        }
    }

    /// <summary>The member that the running ones agree on as leader.</summary>
    public async Task<MemberProcess> LeaderAsync()
    {
        return await Poll.UntilAsync("one leader known to all running members", LeaderWithin, async () =>
        {
            var views = new List<(MemberProcess Member, StatusResponse Status)>();
            foreach (MemberProcess member in Members.Where(member => member.IsRunning))
            {
                await using GrpcChannel channel = await member.ConnectAsync();
                views.Add((member, await channel.UnaryAsync(
                    EtcdMethods.Status, new StatusRequest(), TimeSpan.FromSeconds(10))));
            }

            ulong leader = views[0].Status.Leader;
            bool agreed = leader != 0 && views.All(view => view.Status.Leader == leader);
            return agreed ? views.Find(view => view.Status.Header.MemberId == leader).Member : null;
        });
    }

    public async Task<MemberProcess> FollowerAsync()
    {
        MemberProcess leader = await LeaderAsync();
        return Members.First(member => member.IsRunning && member != leader);
    }

    /// <summary>Runs the body of a spec; if it fails, the members' logs become part of the message.</summary>
    public async Task GuardAsync(Func<Task> body)
    {
        try
        {
            await body();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{failure.Message}\n{Log()}", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (MemberProcess member in Members)
        {
            await member.DisposeAsync();
        }

        _dir.Dispose();
    }

    private string Log()
    {
        return string.Join('\n', Members.Select(member => $"===== {member.Settings.Name}\n{member.LastWords}"));
    }
}
