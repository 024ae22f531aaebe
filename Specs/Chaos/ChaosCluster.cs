using System.Collections.Immutable;
using System.Diagnostics;
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

    /// <summary>Links are cut for up to a hundred election timeouts meanwhile, and again.</summary>
    public static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(180);

    private static readonly TimeSpan StatusWithin = TimeSpan.FromSeconds(1);

    private static readonly string[] JoinRefusals = ["cannot fetch cluster info from peer urls", "error validating peerURLs"];

    private readonly TempDir _dir = new();
    private readonly MemberProcess[] _members;
    private readonly DiskFaults?[] _disks;
    private readonly TcpProxy[] _clientPorts;
    private readonly ChaosSettings _settings;
    private readonly ChaosTls? _tls;
    private readonly List<MemberProcess> _gone = [];
    private readonly List<DiskFaults> _goneDisks = [];
    private volatile ImmutableList<MemberProcess> _guests = [];
    private int _made;

    private ChaosCluster(ChaosSettings settings)
    {
        _settings = settings;
        _members = new MemberProcess[settings.Members];
        _disks = new DiskFaults?[settings.Members];
        _clientPorts = new TcpProxy[settings.Members];
        _tls = settings.PeerTls || settings.ClientTls ? new ChaosTls(_dir.Path) : null;
        Links.Members = () => [.. _members, .. _guests];
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
        '\n', _members.Concat(_guests).Concat(_gone).Where(member => member != null).Select(member => $"===== {member.Settings.Name}\n{member.LastWords}"));

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

        await Task.WhenAll(_members.Select(member => member.WaitUntilReadyAsync(ReadyWithin)));
    }

    /// <summary>
    /// Starts a member, again and again while it ends with a refusal that is no fault of its own: nobody to ask, or somebody
    /// who does not know of it yet.
    /// </summary>
    /// <param name="isLearner">It answers no reads, but says how it is.</param>
    /// <param name="isForgiven">Whether a further exit code and last words are ones after which it is started again.</param>
    public async Task StartNewAsync(MemberProcess member, bool isLearner, Func<int, string, bool>? isForgiven = null)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            int place = Array.IndexOf(_members, member);
            (place >= 0 ? _disks[place] : null)?.Forget();
            member.Start();
            try
            {
                await (isLearner ? AnswersAsync(member) : member.WaitUntilReadyAsync(ReadyWithin));
                return;
            }
            catch (ServerExitedException) when (Stopwatch.GetElapsedTime(start) < ReadyWithin)
            {
                // Looked at below.
            }

            int exitCode = await member.WaitForExitAsync();
            string said = LastLifeOf(member);
            if (!JoinRefusals.Any(refusal => said.Contains(refusal, StringComparison.Ordinal)) && isForgiven?.Invoke(exitCode, said) != true)
            {
                throw new ServerExitedException($"{member.Settings.Name} exited with {exitCode}\n{member.Log}");
            }
        }
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

    /// <summary>A member beside the others, whom no client asks; it is not started yet, and its links are open.</summary>
    public MemberProcess MakeGuest()
    {
        int clientPort = FreePorts.Next();
        MemberSettings made = Make($"guest-{_made}", clientPort, clientPort);
        var guest = MemberProcess.Of(SpecEnvironment.ServerUnderTest, made with
        {
            InitialCluster = InitialCluster(_members.Select(member => member.Settings).Append(made)),
            ExtraArguments = [.. made.ExtraArguments, "--initial-cluster-state", "existing"],
        });
        _guests = _guests.Add(guest);
        return guest;
    }

    /// <summary>A guest that has ended, or will not be started.</summary>
    public void Dismiss(MemberProcess guest)
    {
        _gone.Add(guest);
        _guests = _guests.Remove(guest);
        Links.Forget(guest.Settings.Name);
    }

    /// <summary>A member that has ended is reached at another peer URL from now on; its disk stays.</summary>
    public void Move(int place, int peerPort)
    {
        MemberProcess old = _members[place];
        Links.Forget(old.Settings.Name);
        Links.Listen(old.Settings.Name, peerPort, old.Settings.ListenPeerPort);
        _gone.Add(old);
        _members[place] = MemberProcess.Of(SpecEnvironment.ServerUnderTest, old.Settings with { PeerPort = peerPort });
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
        foreach (MemberProcess member in _members.Concat(_guests).Concat(_gone).Where(member => member != null))
        {
            await member.DisposeAsync();
        }

        Links.Dispose();
        _tls?.Dispose();
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
            await using GrpcChannel channel = await member.ConnectAsync(timeout.Token);
            return await channel.UnaryAsync(EtcdMethods.Status, new StatusRequest(), StatusWithin);
        }
        catch (Exception silent) when (silent is GrpcCallException or OperationCanceledException)
        {
            return null;
        }
    }

    private static Task AnswersAsync(MemberProcess member) => Poll.UntilAsync(
        $"{member.Settings.Name} to say how it is",
        ReadyWithin,
        async () => member.IsRunning
            ? await StatusAsync(member)
            : throw new ServerExitedException($"{member.Settings.Name} exited\n{member.Log}"));

    /// <summary>What it wrote since its last start.</summary>
    private static string LastLifeOf(MemberProcess member) => member.Log[Math.Max(0, member.Log.LastIndexOf("--- start of", StringComparison.Ordinal))..];

    private static string InitialCluster(IEnumerable<MemberSettings> members) =>
        string.Join(',', members.Select(member => $"{member.Name}={member.PeerUrl}"));

    /// <summary>Settings of a member that has never run; the client port of its place stays, the others are new.</summary>
    private MemberSettings Make(int place)
    {
        int clientPort = FreePorts.Next();
        _clientPorts[place]?.Dispose();
        _clientPorts[place] = new TcpProxy(clientPort);
        return Make($"infra{place}{(_made >= _settings.Members ? $"-{_made}" : "")}", _clientPorts[place].Port, clientPort);
    }

    private MemberSettings Make(string name, int port, int clientPort)
    {
        _made++;
        int peerPort = FreePorts.Next();
        var settings = new MemberSettings
        {
            Name = name,
            DataDir = Path.Combine(_dir.Path, name + ".etcd"),
            ClientPort = port,
            ListenClientPort = clientPort,
            PeerPort = peerPort,
            ListenPeerPort = FreePorts.Next(),
            PeerScheme = _settings.PeerTls ? "https" : "http",
            InitialCluster = "",
            ClientTls = _settings.ClientTls ? _tls!.Options : null,
            ExtraArguments = [.. Arguments(), .. _settings.PeerTls ? _tls!.PeerArguments : [], .. _settings.ClientTls ? _tls!.ClientArguments : []],
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
            :
            [
                .. common, "--snapshot-catchup-entries", "50", "--watch-progress-notify-interval", "500ms",
                .. _settings.LogFileBytes is { } bytes ? LogArguments(bytes) : [],
            ];
    }

    private string[] LogArguments(int bytes)
    {
        string file = Path.Combine(_dir.Path, "log-files.conf");
        if (!File.Exists(file))
        {
            File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"akka.persistence.journal.etcd-wal.segment-bytes = {bytes}"));
        }

        return ["--hocon-file", file];
    }
}
