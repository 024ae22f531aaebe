using System.Globalization;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Akka.Remote;
using ActorEtcd.Specs.Chaos.Faults;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// Member processes that reach each other, and are reached by clients, through this process; each with a disk that can
/// fail. A member has a place, which its successor takes when it is replaced.
/// </summary>
internal sealed class ChaosCluster : IAsyncDisposable
{
    public static readonly TimeSpan ElectionTimeout = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan StatusWithin = TimeSpan.FromSeconds(1);

    private readonly TempDir _dir = new();
    private readonly MemberProcess[] _members;
    private readonly DiskFaults?[] _disks;
    private readonly TcpProxy[] _clientPorts;
    private readonly ChaosSettings _settings;
    private readonly IReadOnlyList<string> _peerArguments;
    private readonly List<MemberProcess> _gone = [];
    private readonly List<DiskFaults> _goneDisks = [];
    private int _made;

    private ChaosCluster(ChaosSettings settings)
    {
        _settings = settings;
        _members = new MemberProcess[settings.Members];
        _disks = new DiskFaults?[settings.Members];
        _clientPorts = new TcpProxy[settings.Members];
        _peerArguments = settings.PeerTls ? TlsArguments() : [];
        Links.Members = () => _members;
        MemberSettings[] made = [.. Enumerable.Range(0, settings.Members).Select(Make)];
        string initial = InitialCluster(made);
        for (int place = 0; place < made.Length; place++)
        {
            Put(place, made[place] with { InitialCluster = initial });
        }
    }

    public IReadOnlyList<MemberProcess> Members => _members;

    public PeerLinks Links { get; } = new();

    public string Logs => string.Join(
        '\n', _members.Concat(_gone).Where(member => member != null).Select(member => $"===== {member.Settings.Name}\n{member.Log}"));

    public static async Task<ChaosCluster> StartAsync(ChaosSettings settings)
    {
        var cluster = new ChaosCluster(settings);
        try
        {
            await cluster.StartAllAsync();
            return cluster;
        }
        catch (Exception failure)
        {
            string logs = cluster.Logs;
            await cluster.DisposeAsync();
            throw new InvalidOperationException($"cluster did not start: {failure.Message}\n{logs}", failure);
        }
    }

    public DiskFaults? DiskOf(int place) => _disks[place];

    public TcpProxy ClientPortOf(int place) => _clientPorts[place];

    public void Start(int place)
    {
        _disks[place]?.Forget();
        _members[place].Start();
    }

    /// <summary>Starts the members that are not running and waits until all are ready.</summary>
    public async Task StartAllAsync()
    {
        for (int place = 0; place < _members.Length; place++)
        {
            if (!_members[place].IsRunning)
            {
                Start(place);
            }
        }

        await Task.WhenAll(_members.Select(member => member.WaitUntilReadyAsync()));
    }

    /// <summary>kill -9 of all of them at once; with a loss of power, what was not flushed is lost. Tells how much.</summary>
    public async Task<int> CrashAsync(IReadOnlyList<int> places, Random? powerLoss)
    {
        await Task.WhenAll(places.Where(place => _members[place].IsRunning).Select(place => _members[place].KillAsync()));
        return powerLoss == null ? 0 : places.Sum(place => _disks[place]?.LoseUnsynced(powerLoss) ?? 0);
    }

    /// <summary>The place of the member that calls itself leader of the newest term; null when none does.</summary>
    public async Task<int?> LeaderAsync()
    {
        StatusResponse?[] all = await Task.WhenAll(_members.Select(StatusAsync));
        return Enumerable.Range(0, all.Length)
            .Where(place => all[place] is { } status && status.Leader == status.Header.MemberId)
            .OrderByDescending(place => all[place]!.RaftTerm)
            .Select(place => (int?)place)
            .FirstOrDefault();
    }

    /// <summary>What the next member at the place will be started with; its links are open already.</summary>
    public MemberSettings MakeSuccessor(int place)
    {
        MemberSettings made = Make(place);
        var others = _members.Where((_, other) => other != place).Select(member => member.Settings).Append(made);
        return made with
        {
            InitialCluster = InitialCluster(others),
            ExtraArguments = [.. made.ExtraArguments, "--initial-cluster-state", "existing"],
        };
    }

    /// <summary>The successor takes the place of a member that has ended.</summary>
    public void Replace(int place, MemberSettings successor)
    {
        Links.Forget(_members[place].Settings.Name);
        _gone.Add(_members[place]);
        Directory.Delete(_members[place].Settings.DataDir, recursive: true);
        if (_disks[place] is { } disk)
        {
            // A fault that goes on may still want to end what it did to it.
            _goneDisks.Add(disk);
        }

        Put(place, successor);
    }

    public void HealAll()
    {
        Links.HealAll();
        for (int place = 0; place < _members.Length; place++)
        {
            _disks[place]?.Heal();
            _clientPorts[place].Heal();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (MemberProcess member in _members.Concat(_gone).Where(member => member != null))
        {
            await member.DisposeAsync();
        }

        Links.Dispose();
        foreach (TcpProxy port in _clientPorts)
        {
            port?.Dispose();
        }

        foreach (DiskFaults? disk in _disks.Concat(_goneDisks))
        {
            disk?.Dispose();
        }

        _dir.Dispose();
    }

    private static async Task<StatusResponse?> StatusAsync(MemberProcess member)
    {
        if (!member.IsRunning)
        {
            return null;
        }

        try
        {
            using var timeout = new CancellationTokenSource(StatusWithin);
            await using GrpcChannel channel = await GrpcChannel.ConnectAsync(
                "127.0.0.1", member.Settings.ClientPort, cancellationToken: timeout.Token);
            return await channel.UnaryAsync(EtcdMethods.Status, new StatusRequest(), StatusWithin);
        }
        catch (Exception silent) when (silent is GrpcCallException or OperationCanceledException)
        {
            return null;
        }
    }

    private static string InitialCluster(IEnumerable<MemberSettings> members) =>
        string.Join(',', members.Select(member => $"{member.Name}={member.PeerUrl}"));

    /// <summary>Settings of a member that has never run; the client port of its place stays, the others are new.</summary>
    private MemberSettings Make(int place)
    {
        string name = $"infra{place}{(_made >= _settings.Members ? $"-{_made}" : "")}";
        _made++;
        int clientPort = FreePorts.Next();
        _clientPorts[place]?.Dispose();
        _clientPorts[place] = new TcpProxy(clientPort);
        int peerPort = FreePorts.Next();
        var settings = new MemberSettings
        {
            Name = name,
            DataDir = Path.Combine(_dir.Path, name + ".etcd"),
            ClientPort = _clientPorts[place].Port,
            ListenClientPort = clientPort,
            PeerPort = peerPort,
            ListenPeerPort = FreePorts.Next(),
            PeerScheme = _settings.PeerTls ? "https" : "http",
            InitialCluster = "",
            ExtraArguments = [.. Arguments(), .. _peerArguments],
        };
        Links.Listen(name, peerPort, settings.ListenPeerPort);
        return settings;
    }

    private void Put(int place, MemberSettings settings)
    {
        bool hasDisk = DiskFaults.IsAvailable && SpecEnvironment.ServerUnderTest == ServerKind.ActorEtcd;
        _disks[place] = hasDisk ? new DiskFaults(_dir.Path, settings.Name, settings.DataDir) : null;
        _members[place] = MemberProcess.Of(
            SpecEnvironment.ServerUnderTest,
            _disks[place] is { } disk ? settings with { Environment = disk.Environment } : settings);
    }

    /// <summary>Little log is kept behind a checkpoint; etcd 3.4 does not know all of it.</summary>
    private string[] Arguments()
    {
        string count = _settings.SnapshotCount.ToString(CultureInfo.InvariantCulture);
        string[] common = ["--snapshot-count", count, "--heartbeat-interval", "50", "--election-timeout", "500"];
        return SpecEnvironment.ServerUnderTest == ServerKind.Etcd
            ? common
            : [.. common, "--snapshot-catchup-entries", "50", "--watch-progress-notify-interval", "500ms"];
    }

    private string[] TlsArguments()
    {
        using var authority = new TestKit.TestAuthority(_dir.Path, "peers");
        IssuedCertificate certificate = authority.Issue("member");
        return
        [
            "--peer-cert-file", certificate.CertificatePath, "--peer-key-file", certificate.KeyPath,
            "--peer-client-cert-auth", "--peer-trusted-ca-file", authority.Path,
        ];
    }
}
