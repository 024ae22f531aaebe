using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Discovery;
using ActorEtcd.Host.Logging;
using ActorEtcd.Host.Server;

namespace ActorEtcd.Host.Proxy;

/// <summary><c>actor-etcd gateway start</c>: a TCP gateway before a cluster, with the flags of <c>etcd gateway start</c>.</summary>
internal static class GatewayCommand
{
    private const string Caller = "gateway";
    private const string Section = "Flags";

    private static readonly TimeSpan RetryDelayWithoutOne = TimeSpan.FromMinutes(5);

    public static readonly IReadOnlyList<FlagDefinition> Flags =
    [
        new("listen-addr", FlagKind.Text, "127.0.0.1:23790", Section, "Address and port to listen on."),
        new("endpoints", FlagKind.List, "127.0.0.1:2379", Section, "Where connections go, separated by commas."),
        new("retry-delay", FlagKind.Duration, "1m0s", Section, "Time after which an endpoint that could not be reached is tried again."),
        new("discovery-srv", FlagKind.Text, "", Section, "DNS domain whose SRV records name the endpoints."),
        new("discovery-srv-name", FlagKind.Text, "", Section, "Suffix of the service name in those records."),
        new("insecure-discovery", FlagKind.Switch, "false", Section, "Take endpoints that speak clear text from those records too."),
        new("trusted-ca-file", FlagKind.Text, "", Section, "Authorities of the discovered endpoints' certificates; others are left out."),
        new("help", FlagKind.Switch, "false", Section, "Show this text."),
        new("h", FlagKind.Switch, "false", Section, "Show this text."),
    ];

    /// <summary>Runs with the arguments after "gateway", until SIGTERM or SIGINT.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not ["start", .. var rest])
        {
            Console.Out.Write(Help());
            return 0;
        }

        try
        {
            var flags = FlagParser.ParseTool(Flags, rest);
            if (flags.Switch("help") || flags.Switch("h"))
            {
                Console.Out.Write(Help());
                return 0;
            }

            return await RunAsync(flags);
        }
        catch (Exception failure) when (failure is ConfigException or IOException or SocketException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    private static async Task<int> RunAsync(FlagValues flags)
    {
        using var log = new LogWriter(Console.OpenStandardError(), LogSeverity.Info, json: true, TimeProvider.System);
        var listen = ParseOrNull(flags.Text("listen-addr")) ?? throw new ConfigException($"failed to validate listen address: {flags.Text("listen-addr")}");
        var endpoints = Discovered(flags, log) is { Count: > 0 } discovered ? discovered : [.. flags.List("endpoints").Select(Parse)];
        var addresses = AddressesOf(listen, "listen");
        foreach (var endpoint in endpoints)
        {
            if (AddressesOf(endpoint, "endpoint").Intersect(addresses).FirstOrDefault() is { } own && endpoint.Port == listen.Port)
            {
                throw new ConfigException(
                    $"SRV or endpoint ({endpoint.Target}:{endpoint.Port}->{own}:{endpoint.Port}) should not resolve to the gateway listen addr ({flags.Text("listen-addr")})");
            }
        }

        var retryDelay = flags.Duration("retry-delay") is var delay && delay > TimeSpan.Zero ? delay : RetryDelayWithoutOne;
        var exit = new ServerExit();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(context, exit));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => End(context, exit));
        await using var gateway = TcpGateway.Start(new IPEndPoint(addresses[0], listen.Port), endpoints, retryDelay, log);
        log.Write(
            LogSeverity.Info,
            Caller,
            "ready to proxy client requests",
            ("endpoints", endpoints.Select(static endpoint => $"{endpoint.Target}:{endpoint.Port}")));
        return await exit.Code;
    }

    private static void End(PosixSignalContext context, ServerExit exit)
    {
        context.Cancel = true;
        exit.TrySet(0);
    }

    private static IReadOnlyList<SrvRecord> Discovered(FlagValues flags, LogWriter log)
    {
        if (flags.TextOrNull("discovery-srv") is not { } domain)
        {
            return [];
        }

        var endpoints = new GatewayEndpoints(domain, flags.Text("discovery-srv-name"), text => log.Write(LogSeverity.Warn, Caller, text));
        try
        {
            return endpoints.Find(flags.Switch("insecure-discovery"), flags.Text("trusted-ca-file"));
        }
        catch (CtlException failure)
        {
            throw new ConfigException(failure.Message);
        }
    }

    // A URL is taken by its host: over TCP its scheme is none of the gateway's business.
    private static SrvRecord? ParseOrNull(string text)
    {
        var authority = text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at ? text[(at + 3)..] : text;
        var colon = authority.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(authority[(colon + 1)..], out var port)
            ? new SrvRecord(Priority: 0, Weight: 0, port, authority[..colon].Trim('[', ']'))
            : null;
    }

    private static SrvRecord Parse(string text)
        => ParseOrNull(text) ?? throw new ConfigException($"error parsing endpoint \"{text}\": it must have the form host:port");

    private static IPAddress[] AddressesOf(SrvRecord endpoint, string what)
    {
        try
        {
            return Dns.GetHostAddresses(endpoint.Target);
        }
        catch (SocketException)
        {
            throw new ConfigException($"failed to resolve {what} host: {endpoint.Target}");
        }
    }

    private static string Help()
    {
        var text = new System.Text.StringBuilder();
        text.AppendLine("Usage: actor-etcd gateway start [flags]").AppendLine();
        text.AppendLine("Passes TCP connections on to the members of a cluster.").AppendLine();
        foreach (var flag in Flags.Where(static flag => flag.Name.Length > 1))
        {
            text.Append("  --").Append(flag.Name).Append(" '").Append(flag.Default).AppendLine("'").Append("      ").AppendLine(flag.Help);
        }

        return text.ToString();
    }
}
