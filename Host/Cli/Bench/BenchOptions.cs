using System.Globalization;
using ActorEtcd.Host.Cli.Ctl.Client;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>What a bench run does. Names follow etcd's own benchmark tool where it has the same notion.</summary>
internal sealed record BenchOptions
{
    public const string Usage = """
        usage: actor-etcd bench put|range|txn|watch|lease [flags]
               actor-etcd bench ready [flags]                       waits until all endpoints serve
               actor-etcd bench range [KEY [RANGE_END]] [flags]     without KEY: random keys of the key space

          --endpoints LIST          host:port, http(s):// or unix(s)://, comma separated (127.0.0.1:2379)
          --cert FILE               certificate to show
          --key FILE                its key
          --cacert FILE             authorities that the endpoints' certificates come from
          --user NAME:PASSWORD      user to authenticate as
          --conns N                 connections, spread over the endpoints      (1)
          --clients N               concurrent clients, spread over connections (1)
          --total N                 requests                                    (10000)
          --warmup N                requests before the measured ones           (0)
          --rate N                  requests per second at most, 0 = unlimited  (0)
          --key-size N              bytes of a key                              (8)
          --val-size N              bytes of a value                            (8)
          --key-space-size N        number of different keys                    (1)
          --sequential-keys         keys in order instead of at random
          --consistency l|s         linearizable or serializable range          (l)
          --limit N                 keys a range returns at most, 0 = all       (0)
          --txn-ops N               puts in a transaction                       (1)
          --streams N               watch streams                               (1)
          --watch-per-stream N      watchers on a stream                        (1)
          --put-rate N              the same as --rate, for watch
          --put-total N             the same as --total, for watch
          --precise                 accepted for compatibility: figures are always precise
          --server-pid LIST         server processes on this machine whose processor time and memory are reported
          --seed N                  seed of the random keys                     (1)
          --timeout N               seconds that ready waits at most            (60)
          --json                    one JSON object instead of text

        The names of etcd's own tool are known too: txn-put for txn, lease-keepalive for lease.
        With --rate a request's latency counts from the moment it was due, not from when it could be sent.
        """;

    // What etcd's benchmark tool calls them.
    private static readonly Dictionary<string, string> OtherNames = new()
    {
        ["txn-put"] = "txn",
        ["lease-keepalive"] = "lease",
    };

    public static readonly string[] Commands = ["put", "range", "txn", "watch", "lease", "ready"];

    public required string Command { get; init; }

    public string[] Arguments { get; init; } = [];

    public CtlEndpoint[] Endpoints { get; init; } = [CtlEndpoint.Parse("127.0.0.1:2379")];

    public string Certificate { get; init; } = "";

    public string Key { get; init; } = "";

    public string Authorities { get; init; } = "";

    /// <summary>Name and password with a colon between them; empty for nobody.</summary>
    public string User { get; init; } = "";

    /// <summary>What the user's name and password were exchanged for.</summary>
    public string? Token { get; init; }

    public int Connections { get; init; } = 1;

    public int Clients { get; init; } = 1;

    public long Total { get; init; } = 10_000;

    public long Warmup { get; init; }

    public long Rate { get; init; }

    public int KeySize { get; init; } = 8;

    public int ValueSize { get; init; } = 8;

    public long KeySpaceSize { get; init; } = 1;

    public bool SequentialKeys { get; init; }

    public bool Serializable { get; init; }

    public long Limit { get; init; }

    public int TxnOps { get; init; } = 1;

    public int Streams { get; init; } = 1;

    public int WatchersPerStream { get; init; } = 1;

    public int[] ServerProcessIds { get; init; } = [];

    public int Seed { get; init; } = 1;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    public bool Json { get; init; }

    /// <summary>Reads the command line after "bench". Throws a FormatException with one clear line.</summary>
    public static BenchOptions Parse(IReadOnlyList<string> args)
    {
        args = args is [var other, ..] && OtherNames.TryGetValue(other, out string? own) ? [own, .. args.Skip(1)] : args;
        if (args.Count == 0 || !Commands.Contains(args[0]))
        {
            throw new FormatException("bench needs one of: " + string.Join(", ", Commands));
        }

        var options = new BenchOptions { Command = args[0] };
        for (int i = 1; i < args.Count; i++)
        {
            string arg = args[i];
            if (!arg.StartsWith('-'))
            {
                options = options with { Arguments = [.. options.Arguments, arg] };
                continue;
            }

            string name = arg.TrimStart('-');
            string? value = null;
            int equals = name.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0)
            {
                (name, value) = (name[..equals], name[(equals + 1)..]);
            }

            options = name is "json" or "sequential-keys" or "precise"
                ? options.WithSwitch(name, value)
                : options.With(name, value ?? (++i < args.Count ? args[i] : throw Missing(name)));
        }

        return options.Checked();
    }

    private static FormatException Missing(string name)
    {
        return new FormatException($"--{name} needs a value");
    }

    private static long Number(string name, string value)
    {
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new FormatException($"--{name}: \"{value}\" is not a number");
    }

    private static int Small(string name, string value)
    {
        long number = Number(name, value);
        return number <= 1 << 30 ? (int)number : throw new FormatException($"--{name}: {number} is too large");
    }

    private static CtlEndpoint[] ParseEndpoints(string value)
    {
        return [.. value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static text =>
            CtlEndpoint.Parse(text.Trim()) is { Address: not System.Net.IPEndPoint { Port: 0 } and not System.Net.DnsEndPoint { Port: 0 } } endpoint
                ? endpoint
                : throw new FormatException($"--endpoints: \"{text}\" is not host:port"))];
    }

    private BenchOptions WithSwitch(string name, string? value)
    {
        bool on = value is null or "true";
        return name switch
        {
            "json" => this with { Json = on },
            "sequential-keys" => this with { SequentialKeys = on },
            _ => this,
        };
    }

    private BenchOptions With(string name, string value)
    {
        return name switch
        {
            "endpoints" => this with { Endpoints = ParseEndpoints(value) },
            "cert" => this with { Certificate = value },
            "key" => this with { Key = value },
            "cacert" => this with { Authorities = value },
            "user" => this with
            {
                User = value.Contains(':', StringComparison.Ordinal) ? value : throw new FormatException("--user needs the form name:password"),
            },
            "conns" => this with { Connections = Small(name, value) },
            "clients" => this with { Clients = Small(name, value) },
            "total" or "put-total" => this with { Total = Number(name, value) },
            "warmup" => this with { Warmup = Number(name, value) },
            "rate" or "put-rate" => this with { Rate = Number(name, value) },
            "key-size" => this with { KeySize = Small(name, value) },
            "val-size" => this with { ValueSize = Small(name, value) },
            "key-space-size" => this with { KeySpaceSize = Number(name, value) },
            "limit" => this with { Limit = Number(name, value) },
            "txn-ops" => this with { TxnOps = Small(name, value) },
            "streams" => this with { Streams = Small(name, value) },
            "watch-per-stream" => this with { WatchersPerStream = Small(name, value) },
            "timeout" => this with { Timeout = TimeSpan.FromSeconds(Small(name, value)) },
            "seed" => this with { Seed = Small(name, value) },
            "server-pid" => this with
            {
                ServerProcessIds =
                    [.. value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => Small(name, id))],
            },
            "consistency" => this with
            {
                Serializable = value switch
                {
                    "l" => false,
                    "s" => true,
                    _ => throw new FormatException($"--consistency: \"{value}\" is neither l nor s"),
                },
            },
            _ => throw new FormatException($"unknown flag --{name}"),
        };
    }

    private BenchOptions Checked()
    {
        if (Connections < 1 || Clients < 1 || Total < 1 || KeySpaceSize < 1 || KeySize < 1 || Endpoints.Length == 0)
        {
            throw new FormatException(
                "--conns, --clients, --total, --key-size, --key-space-size and --endpoints must not be 0");
        }

        int digits = (KeySpaceSize - 1).ToString(CultureInfo.InvariantCulture).Length;
        if (digits > KeySize)
        {
            throw new FormatException($"{KeySpaceSize} keys do not fit --key-size={KeySize}");
        }

        if (TxnOps > KeySpaceSize && Command == "txn")
        {
            throw new FormatException($"--txn-ops={TxnOps} needs as many keys in --key-space-size");
        }

        if (Command == "watch" && ValueSize < WatchLoad.StampSize)
        {
            return this with { ValueSize = WatchLoad.StampSize };
        }

        return this;
    }
}
