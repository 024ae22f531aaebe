using System.Collections.Immutable;
using System.Globalization;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Logging;

namespace ActorEtcd.Host.Discovery;

/// <summary>
/// Members that do not know each other meet at a token: each registers, and the first so many, in the order of their
/// registration, are the cluster (etcd: <c>v2discovery</c>, <c>v3discovery</c>).
/// </summary>
/// <param name="pause">Waits before the service is asked again; the argument doubles from 2 s to 256 s.</param>
internal sealed class Meeting(IRegistry registry, LogWriter log, Func<TimeSpan, CancellationToken, Task> pause)
{
    private const string Caller = "discovery";
    private const int DoublingsMax = 8;

    private int _failures;

    /// <summary>Registers and waits until the cluster is complete.</summary>
    /// <exception cref="ClusterFullException">It is complete without this member.</exception>
    /// <exception cref="ConfigException">The token has no size, or what is registered makes no cluster.</exception>
    public async Task<ImmutableArray<InitialMember>> JoinAsync(string id, string text, CancellationToken cancellation)
    {
        var (size, found, _) = await ReadAsync(cancellation);
        RefuseFull(size, found, id);
        if (found.All(one => one.Id != id))
        {
            await AgainAndAgainAsync("register", () => registry.RegisterAsync(id, text, cancellation), cancellation);
        }

        return await CompleteAsync(id, cancellation);
    }

    /// <summary>Waits, without registering, until the cluster is complete.</summary>
    /// <exception cref="ConfigException">The token has no size, or what is registered makes no cluster.</exception>
    public Task<ImmutableArray<InitialMember>> LookAsync(CancellationToken cancellation) => CompleteAsync(id: null, cancellation);

    private async Task<ImmutableArray<InitialMember>> CompleteAsync(string? id, CancellationToken cancellation)
    {
        while (true)
        {
            var (size, found, index) = await ReadAsync(cancellation);
            if (id is not null)
            {
                RefuseFull(size, found, id);
            }

            if (found.Count >= size)
            {
                log.Write(LogSeverity.Info, Caller, "found all needed peers from discovery server", ("found-peers", size));
                return ClusterOf(found, size);
            }

            log.Write(
                LogSeverity.Info,
                Caller,
                "found peers from discovery server; waiting for more",
                ("found-peers", found.Count),
                ("needed-peers", size - found.Count));
            await AgainAndAgainAsync("waiting for other nodes", () => registry.WaitAsync(index, cancellation), cancellation);
        }
    }

    private async Task<(int Size, List<Registration> Found, long Index)> ReadAsync(CancellationToken cancellation)
    {
        RegistryState state = null!;
        await AgainAndAgainAsync("cluster status check", async () => state = await registry.ReadAsync(cancellation), cancellation);
        if (state.SizeText is null)
        {
            throw new ConfigException("discovery: size key not found");
        }

        return int.TryParse(state.SizeText, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? (size, [.. state.Registrations.OrderBy(static one => one.CreatedAt)], state.Index)
            : throw new ConfigException("discovery: size key is bad");
    }

    private static void RefuseFull(int size, List<Registration> found, string id)
    {
        if (found.Count >= size && found.Take(size).All(one => one.Id != id))
        {
            throw new ClusterFullException(ClusterOf(found, size));
        }
    }

    private static ImmutableArray<InitialMember> ClusterOf(List<Registration> found, int size)
    {
        ImmutableArray<InitialMember> members;
        try
        {
            members = InitialMember.ParseCluster(string.Join(',', found.Take(size).Select(static one => one.Text)));
        }
        catch (ConfigException error)
        {
            throw new ConfigException($"discovery: invalid URL: {error.Message}");
        }

        return members.Length == size ? members : throw new ConfigException("discovery: found duplicate name");
    }

    private async Task AgainAndAgainAsync(string step, Func<Task> attempt, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await attempt();
                _failures = 0;
                return;
            }
            catch (RegistryUnavailableException failure)
            {
                _failures++;
                var backoff = TimeSpan.FromSeconds(1 << Math.Min(_failures, DoublingsMax));
                log.Write(
                    LogSeverity.Warn,
                    Caller,
                    "retry connecting to discovery service",
                    ("reason", step),
                    ("error", failure.Message),
                    ("backoff", backoff.ToString("c", CultureInfo.InvariantCulture)));
                await pause(backoff, cancellation);
            }
        }
    }
}
