using System.Net.Sockets;
using System.Runtime.InteropServices;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Http;
using ActorEtcd.Host.Logging;
using ActorEtcd.Host.Server;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary><c>actor-etcd grpc-proxy start</c>, with the flags of <c>etcd grpc-proxy start</c>.</summary>
internal static class GrpcProxyCommand
{
    /// <summary>Runs with the arguments after "grpc-proxy", until SIGTERM or SIGINT.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not ["start", .. var rest])
        {
            Console.Out.Write(GrpcProxyFlags.HelpText());
            return 0;
        }

        try
        {
            var flags = FlagParser.ParseTool(GrpcProxyFlags.All, rest);
            if (flags.Switch("help") || flags.Switch("h"))
            {
                Console.Out.Write(GrpcProxyFlags.HelpText());
                return 0;
            }

            using var log = new LogWriter(
                Console.OpenStandardError(), flags.Switch("debug") ? LogSeverity.Debug : LogSeverity.Info, json: true, TimeProvider.System);
            var options = GrpcProxyOptionsReader.Read(flags, warning => log.Write(LogSeverity.Warn, "grpc-proxy", warning));
            return await RunAsync(options, log);
        }
        catch (Exception failure) when (failure is ConfigException or ListenException or IOException or SocketException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    private static async Task<int> RunAsync(GrpcProxyOptions options, LogWriter log)
    {
        var exit = new ServerExit();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(context, exit));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => End(context, exit));
        await using var server = await GrpcProxyServer.StartAsync(options, log);
        ServiceManager.Ready();
        var code = await exit.Code;
        ServiceManager.Stopping();
        return code;
    }

    private static void End(PosixSignalContext context, ServerExit exit)
    {
        context.Cancel = true;
        exit.TrySet(0);
    }
}
