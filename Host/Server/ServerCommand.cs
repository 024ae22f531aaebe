using System.Collections;
using System.Runtime.InteropServices;
using ActorEtcd.Client;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Discovery;
using ActorEtcd.Host.Http;
using ActorEtcd.Host.Logging;
using ActorEtcd.Host.Proxy;
using ActorEtcd.Persistence.Bbolt;
using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Persistence.EtcdData;

namespace ActorEtcd.Host.Server;

/// <summary>Runs the server from the command line until it is told to stop. The result is the exit code.</summary>
public static class ServerCommand
{
    private const string Caller = "server";

    public static async Task<int> RunAsync(string[] arguments)
    {
        var warnings = new List<string>();
        ServerOptions options;
        string? file;
        try
        {
            var flags = FlagParser.Parse(ServerFlags.All, arguments, Environment(), warnings.Add);
            if (flags.Switch("help") || flags.Switch("h"))
            {
                Console.Out.Write(ServerFlags.HelpText());
                return 0;
            }

            if (flags.Switch("version"))
            {
                PrintVersion(flags.Text("compat-version"));
                return 0;
            }

            file = flags.File;
            options = ServerOptionsReader.Read(flags);
        }
        catch (ConfigException error)
        {
            return Refuse(error.Message, error.ExitCode);
        }

        LogWriter log;
        try
        {
            log = options.Log.Open(TimeProvider.System);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refuse($"cannot open the log: {error.Message}");
        }

        using (log)
        {
            return await RunAsync(options, log, file, warnings);
        }
    }

    private static async Task<int> RunAsync(ServerOptions options, LogWriter log, string? file, List<string> warnings)
    {
        if (file is not null)
        {
            log.Write(
                LogSeverity.Info,
                "config",
                "loaded server configuration, other configuration command line flags and environment variables will be ignored if provided",
                ("path", file));
        }

        foreach (var warning in warnings)
        {
            log.Write(LogSeverity.Warn, "config", warning);
        }

        try
        {
            return await RunAsync(options, log);
        }
        catch (MemberRemovedException removed)
        {
            // etcd ends well here too: nothing is to be gained by starting again.
            log.Write(LogSeverity.Warn, Caller, "server error", ("error", removed.Message));
            log.Write(LogSeverity.Warn, Caller, "data-dir used by this member must be removed");
            return 0;
        }
        catch (OperationCanceledException stopped)
        {
            log.Write(LogSeverity.Info, Caller, "stopped", ("reason", stopped.Message));
            return 0;
        }
        catch (Exception error) when (error is ConfigException or DataDirException or EtcdDataException or BboltDamagedException
            or ListenException or NodeFailedException or IOException)
        {
            return Refuse(error.Message);
        }
        catch (Exception error)
        {
            log.Write(LogSeverity.Debug, Caller, "unexpected end", ("stacktrace", error.ToString()));
            return Refuse($"{error.GetType().Name}: {error.Message}");
        }
    }

    private static async Task<int> RunAsync(ServerOptions options, LogWriter log)
    {
        var exit = new ServerExit();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, exit, log));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, exit, log));
        try
        {
            if (ProxyServer.IsMeant(options, log))
            {
                return await ProxyAsync(options, members: null, log, exit);
            }

            options = await InitialMembers.FindAsync(options, log, exit.Token);
        }
        catch (ClusterFullException full) when (options.Discovery is { Url: not null, FallsBackToProxy: true })
        {
            log.Write(LogSeverity.Warn, Caller, "discovery cluster full, falling back to proxy", ("fallback", "proxy"));
            return await ProxyAsync(options, full.Members, log, exit);
        }
        catch (OperationCanceledException) when (exit.Code.IsCompleted)
        {
            return await exit.Code;
        }

        int code;
        await using (var server = await EtcdServer.StartAsync(options, log, exit))
        {
            code = await exit.Code;
            await server.StopAsync();
        }

        // The last line: libraries may still log while the actor system ends.
        log.Write(LogSeverity.Info, Caller, "stopped");
        return code;
    }

    private static async Task<int> ProxyAsync(
        ServerOptions options, IReadOnlyList<InitialMember>? members, LogWriter log, ServerExit exit)
    {
        await using var proxy = await ProxyServer.StartAsync(options, members, log, exit.Token);
        return await exit.Code;
    }

    private static void Stop(PosixSignalContext context, ServerExit exit, LogWriter log)
    {
        context.Cancel = true;
        if (exit.TrySet(0))
        {
            log.Write(LogSeverity.Info, Caller, "stopping", ("signal", context.Signal.ToString()));
        }
    }

    private static int Refuse(string reason, int exitCode = 1)
    {
        Console.Error.WriteLine($"actor-etcd: {reason.ReplaceLineEndings(" ")}");
        return exitCode;
    }

    private static void PrintVersion(string compatVersion)
    {
        var version = typeof(ServerCommand).Assembly.GetName().Version;
        Console.Out.WriteLine($"etcd Version: {compatVersion}");
        Console.Out.WriteLine($"ActorEtcd Version: {version?.ToString(3)}");
        Console.Out.WriteLine($"Runtime: {RuntimeInformation.FrameworkDescription} {RuntimeInformation.RuntimeIdentifier}");
    }

    private static Dictionary<string, string> Environment()
        => System.Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(static entry => (string)entry.Key, static entry => (string?)entry.Value ?? string.Empty);
}
