using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>Leader, term and memory of a cluster's members while something is done to them.</summary>
internal sealed partial class Vitals : IAsyncDisposable
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StatusWithin = TimeSpan.FromSeconds(30);

    private readonly ThreeNodeCluster _cluster;
    private readonly StatusResponse _before;
    private readonly long _lateBefore;
    private readonly DateTimeOffset _since = DateTimeOffset.UtcNow;
    private readonly Stillness _stillness = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sampling;
    private long _anonymousKb;

    private Vitals(ThreeNodeCluster cluster, StatusResponse before, long lateBefore)
    {
        _cluster = cluster;
        _before = before;
        _lateBefore = lateBefore;
        _sampling = SampleAsync();
    }

    /// <summary>The most anonymous memory that any member had so far.</summary>
    public long AnonymousMb => Interlocked.Read(ref _anonymousKb) / 1024;

    public static async Task<Vitals> WatchAsync(ThreeNodeCluster cluster)
    {
        await cluster.LeaderAsync();
        return new Vitals(cluster, await StatusAsync(cluster.Members[0]), await LateAsync(cluster));
    }

    public async Task<string> SummaryAsync()
    {
        StatusResponse[] now = await Task.WhenAll(_cluster.Members.Select(StatusAsync));
        long late = await LateAsync(_cluster) - _lateBefore;
        return $"term {_before.RaftTerm} -> {string.Join(", ", now.Select(status => status.RaftTerm))}; {late} late heartbeats, the last ones up to {LongestGapMs()} ms after the one before; "
            + $"{_stillness}; at most {AnonymousMb} MB of anonymous memory in a member";
    }

    /// <summary>Whether another term has begun.</summary>
    public async Task<bool> HasChangedAsync()
    {
        StatusResponse[] now = await Task.WhenAll(_cluster.Members.Select(StatusAsync));
        return Array.Exists(now, status => (status.Leader, status.RaftTerm) != (_before.Leader, _before.RaftTerm));
    }

    /// <summary>
    /// The turns of roles that made another leader, and that the machine cannot be blamed for: it did not stand still for half
    /// an election timeout, nor its disk for a whole one, in the time in which a member gives up waiting for its leader.
    /// </summary>
    public IReadOnlyList<string> Unexplained(TimeSpan electionTimeout)
    {
        (DateTimeOffset At, string What)[] turns = [.. _cluster.Members.SelectMany(TurnsOf).OrderBy(static turn => turn.At)];
        return turns.Length == 0
            ? ["no member tells of an election"]
            : [.. turns
                .Where(turn => !_stillness.Explains(turn.At, electionTimeout / 2, electionTimeout, 3 * electionTimeout))
                .Select(static turn => $"{turn.At:HH:mm:ss.fff} {turn.What}")];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sampling;
        _stop.Dispose();
        _stillness.Dispose();
    }

    private static async Task<StatusResponse> StatusAsync(MemberProcess member)
    {
        await using GrpcChannel channel = await member.ConnectAsync();
        return await channel.UnaryAsync(EtcdMethods.Status, new StatusRequest(), StatusWithin);
    }

    /// <summary>Heartbeats that some member as the leader sent late.</summary>
    private static async Task<long> LateAsync(ThreeNodeCluster cluster)
    {
        const string Name = "etcd_server_heartbeat_send_failures_total ";
        using var http = new HttpClient();
        long late = 0;
        foreach (MemberProcess member in cluster.Members)
        {
            string metrics = await http.GetStringAsync($"http://{member.Endpoint}/metrics");
            string line = metrics.Split('\n').Single(line => line.StartsWith(Name, StringComparison.Ordinal));
            late += long.Parse(line[Name.Length..], CultureInfo.InvariantCulture);
        }

        return late;
    }

    [GeneratedRegex("^(Leader -> |PreCandidate -> Candidate )")]
    private static partial Regex Turn();

    /// <summary>Who stopped leading, and who won the others over, since the watch began.</summary>
    private IEnumerable<(DateTimeOffset At, string What)> TurnsOf(MemberProcess member)
    {
        foreach (string line in member.Log.Split('\n').Where(static line => line.Contains(" -> ", StringComparison.Ordinal) && line.StartsWith('{')))
        {
            using var json = JsonDocument.Parse(line);
            string message = json.RootElement.GetProperty("msg").GetString()!;
            var at = DateTimeOffset.Parse(json.RootElement.GetProperty("ts").GetString()!, CultureInfo.InvariantCulture);
            if (at >= _since && Turn().IsMatch(message))
            {
                yield return (at, $"{member.Settings.Name}: {message}");
            }
        }
    }

    [GeneratedRegex("heartbeat on time: ([0-9]+) ms")]
    private static partial Regex LateHeartbeat();

    private async Task SampleAsync()
    {
        using var timer = new PeriodicTimer(SampleInterval);
        while (!_stop.IsCancellationRequested)
        {
            foreach (MemberProcess member in _cluster.Members.Where(member => member.IsRunning))
            {
                Interlocked.Exchange(ref _anonymousKb, Math.Max(_anonymousKb, AnonymousKb(member.ProcessId)));
            }

            try
            {
                await timer.WaitForNextTickAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Of what is left in the members' logs.</summary>
    private long LongestGapMs()
    {
        return _cluster.Members
            .SelectMany(member => LateHeartbeat().Matches(member.Log))
            .Select(late => long.Parse(late.Groups[1].Value, CultureInfo.InvariantCulture))
            .DefaultIfEmpty()
            .Max();
    }

    /// <summary>What the process has for itself, without files that it has mapped; 0 where the system does not tell.</summary>
    private static long AnonymousKb(int processId)
    {
        const string Name = "RssAnon:";
        try
        {
            string? line = File.ReadLines($"/proc/{processId}/status").FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
            return line == null ? 0 : long.Parse(line[Name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
