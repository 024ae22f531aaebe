using System.Diagnostics;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Cli.Ctl.Output;
using ActorEtcd.Host.Cli.Ctl.Text;
using ActorEtcd.Host.Cli.Utl;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Persistence.Bbolt;
using ActorEtcd.Persistence.EtcdData;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>snapshot save, status, restore.</summary>
internal static class SnapshotCommands
{
    private const int SectorBytes = 512;
    private const int ChecksumBytes = 32;

    public static readonly CtlFlag[] RestoreFlags =
    [
        CtlFlag.Text("data-dir", "", "The data directory to be made; <name>.etcd when not given."),
        CtlFlag.Text("wal-dir", "", "The directory of the log, when it is not to be within."),
        CtlFlag.Text("initial-cluster", "default=http://localhost:2380", "The members that the cluster begins with."),
        CtlFlag.Text("initial-cluster-token", "etcd-cluster", "A text that makes the new cluster's id differ from others."),
        CtlFlag.Text("initial-advertise-peer-urls", "http://localhost:2380", "This member's peer URLs."),
        CtlFlag.Text("name", "default", "This member's name."),
        CtlFlag.Switch("skip-hash-check", "Accept a file without a checksum, such as a copy out of a data directory."),
        CtlFlag.Number("bump-revision", "Begin so many revisions higher."),
        CtlFlag.Switch("mark-compacted", "Take everything up to the bumped revision for compacted."),
        CtlFlag.Number("initial-memory-map-size", "Accepted; nothing is mapped here."),
    ];

    public static async Task SaveAsync(CtlContext context)
    {
        if (context.Arguments is not [var path])
        {
            throw CtlException.BadArguments(
                context.Version.Minor < 6 ? "snapshot save expects one argument" : "snapshot save expects one argument <filename>");
        }

        var endpoints = ClientFlags.EndpointsOf(context);
        if (endpoints.Count != 1)
        {
            throw new CtlException(
                CtlExit.Interrupted, $"snapshot must be requested to one selected node, not multiple [{string.Join(' ', endpoints)}]");
        }

        CtlClient client;
        try
        {
            client = await context.ConnectAsync().ConfigureAwait(false);
        }
        catch (CtlException failure) when (failure.ExitCode == CtlExit.BadConnection)
        {
            throw new CtlException(CtlExit.Interrupted, failure.Message);
        }

        await using (client.ConfigureAwait(false))
        {
            string part = path + ".part";
            try
            {
                await SaveAsync(context, client, path, part).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is CtlRpcException or IOException or UnauthorizedAccessException)
            {
                throw new CtlException(CtlExit.Interrupted, failure.Message);
            }
            finally
            {
                if (File.Exists(part))
                {
                    File.Delete(part);
                }
            }
        }
    }

    public static Task StatusAsync(CtlContext context)
    {
        if (context.Arguments is not [var path])
        {
            throw CtlException.BadArguments("snapshot status requires exactly one argument");
        }

        _ = context.Printer;
        if (!File.Exists(path))
        {
            throw new CtlException(CtlExit.Error, $"stat {path}: no such file or directory");
        }

        try
        {
            using var database = EtcdDatabase.Open(path);
            context.Printer.Snapshot(SnapshotStatus.Of(database, new Version(3, context.Version.Minor)).Fields());
            return Task.CompletedTask;
        }
        catch (Exception failure) when (failure is EtcdDataException or BboltDamagedException or IOException)
        {
            throw new CtlException(CtlExit.Error, failure.Message);
        }
    }

    public static Task RestoreAsync(CtlContext context)
    {
        if (context.Arguments.Count != 1)
        {
            throw CtlException.BadArguments("snapshot restore requires exactly one argument");
        }

        var arguments = new List<string> { "snapshot", "restore", context.Arguments[0] };
        foreach (var flag in RestoreFlags.Where(flag => context.Flags.IsGiven(flag.Name)))
        {
            arguments.Add($"--{flag.Name}={context.Flags.Text(flag.Name)}");
        }

        return UtlBridge.RunAsync(context, [.. arguments]);
    }

    private static async Task SaveAsync(CtlContext context, CtlClient client, string path, string part)
    {
        long begin = Stopwatch.GetTimestamp();
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        FileStream file;
        try
        {
            file = new FileStream(part, options);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CtlException(CtlExit.Interrupted, $"could not open {part} ({FileFailure.Of(failure, part)})");
        }

        string version;
        await using (file.ConfigureAwait(false))
        {
            version = await CopyAsync(context, client, file).ConfigureAwait(false);
            if (file.Length % SectorBytes != ChecksumBytes)
            {
                throw new CtlException(CtlExit.Interrupted, $"sha256 checksum not found [bytes: {file.Length}]");
            }

            file.Flush(flushToDisk: true);
            Log(context, $"\"msg\":\"fetched snapshot\",\"endpoint\":{GoText.Quote(client.Endpoints[0].Text)},\"size\":\"{UtlOutput.Bytes(file.Length)}\",\"took\":\"{GoText.Duration(Stopwatch.GetElapsedTime(begin))}\"");
        }

        File.Move(part, path, overwrite: true);
        Log(context, $"\"msg\":\"saved\",\"path\":{GoText.Quote(path)}");
        context.Out.WriteLine($"Snapshot saved at {path}");
        if (version.Length > 0 && context.Version.Minor >= 6)
        {
            context.Out.WriteLine($"Server version {version}");
        }
    }

    private static async Task<string> CopyAsync(CtlContext context, CtlClient client, FileStream file)
    {
        // A snapshot takes as long as it takes, unless somebody says otherwise.
        TimeSpan? timeout = context.Flags.IsGiven("command-timeout") ? context.CommandTimeout : null;
        await using var call = await client.StreamAsync(EtcdMethods.Snapshot, timeout).ConfigureAwait(false);
        using var progress = CtlProgress.Begin(context.Console, "snapshot", isBytes: true);
        string version = "";
        try
        {
            await call.WriteAsync(new SnapshotRequest()).ConfigureAwait(false);
            call.CompleteRequests();
            await foreach (var piece in call.ReadAllAsync(context.Console.Interrupted).ConfigureAwait(false))
            {
                await file.WriteAsync(piece.Blob.Memory).ConfigureAwait(false);
                version = piece.Version.Length > 0 ? piece.Version : version;
                progress.Report(file.Length, file.Length + (long)piece.RemainingBytes);
            }
        }
        catch (GrpcCallException failure)
        {
            throw new CtlRpcException(failure.Code, failure.Detail);
        }

        return version;
    }

    private static void Log(CtlContext context, string fields)
        => context.Error($"{{\"level\":\"info\",\"ts\":\"{DateTime.Now:yyyy-MM-ddTHH:mm:ss.ffffffzz}00\",\"caller\":\"snapshot\",{fields}}}");
}
