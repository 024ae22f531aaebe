using System.Globalization;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Cli.Ctl.Output;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>make-mirror: copies the keys below a prefix to another cluster, and then every change.</summary>
internal sealed class MirrorCommand
{
    private const int BatchKeys = 1000;

    public static readonly CtlFlag[] Flags =
    [
        CtlFlag.Text("prefix", "", "Copy the keys that begin so; all when not given."),
        CtlFlag.Number("rev", "Copy the changes from this revision on, without what was there before."),
        CtlFlag.Number("max-txn-ops", "At most so many changes in one transaction.", "128"),
        CtlFlag.Text("dest-prefix", "", "What takes the place of the prefix over there."),
        CtlFlag.Switch("no-dest-prefix", "Leave the prefix away over there."),
        CtlFlag.Text("dest-cert", "", "File with the certificate to show over there."),
        CtlFlag.Text("dest-key", "", "File with the key of that certificate."),
        CtlFlag.Text("dest-cacert", "", "File with the authorities that their certificate must come from."),
        new("dest-insecure-transport", CtlFlagKind.Switch, "true", "Speak in clear text to an endpoint without a scheme."),
        CtlFlag.Text("dest-user", "", "The user to authenticate as over there, name or name:password."),
        CtlFlag.Text("dest-password", "", "Their password, when it does not stand with the name."),
    ];

    private readonly CtlContext _context;
    private readonly CtlClient _source;
    private readonly CtlClient _target;
    private readonly string _prefix;
    private readonly string _targetPrefix;
    private readonly CtlProgress _progress;
    private long _total;

    private MirrorCommand(CtlContext context, CtlClient source, CtlClient target, CtlProgress progress)
    {
        _context = context;
        _source = source;
        _target = target;
        _progress = progress;
        _prefix = context.Flags.Text("prefix");
        string other = context.Flags.Text("dest-prefix");
        _targetPrefix = context.Flags.Switch("no-dest-prefix") || other.Length > 0 ? other : _prefix;
    }

    public static async Task RunAsync(CtlContext context)
    {
        if (context.Arguments is not [var destination])
        {
            throw CtlException.BadArguments("make-mirror takes one destination argument");
        }

        var flags = context.Flags;
        if (flags.Switch("no-dest-prefix") && flags.Text("dest-prefix").Length > 0)
        {
            throw CtlException.BadArguments("`--dest-prefix` and `--no-dest-prefix` cannot be set at the same time, choose one");
        }

        await using var target = await TargetAsync(context, destination).ConfigureAwait(false);
        await using var source = await context.ConnectAsync().ConfigureAwait(false);
        using var progress = CtlProgress.Begin(context.Console, "copied");
        var mirror = new MirrorCommand(context, source, target, progress);
        using var reports = new Timer(mirror.Report, null, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
        long start = flags.Number("rev") > 0 ? flags.Number("rev") : await mirror.CopyAsync().ConfigureAwait(false) + 1;
        await mirror.FollowAsync(start).ConfigureAwait(false);
        throw new CtlException(CtlExit.Error, "<nil>");
    }

    private static Task<CtlClient> TargetAsync(CtlContext context, string destination)
    {
        var flags = context.Flags;
        var (user, password) = ClientFlags.CredentialsOf(
            flags.Text("dest-user"), flags.Text("dest-password"), "Destination Password: ", context);
        return CtlClient.OpenAsync(
            new CtlClientOptions
            {
                Endpoints = [CtlEndpoint.Parse(destination)],
                DialTimeout = flags.Duration("dial-timeout"),
                User = user,
                Password = password,
                Tls = ClientFlags.TlsOf(
                    flags.Text("dest-cert"),
                    flags.Text("dest-key"),
                    flags.Text("dest-cacert"),
                    serverName: "",
                    flags.Switch("dest-insecure-transport"),
                    flags.Switch("insecure-skip-tls-verify"),
                    context.Version),
            },
            context.Console);
    }

    /// <summary>Copies what is there. Returns the revision that it was read at.</summary>
    private async Task<long> CopyAsync()
    {
        var (key, end) = KeyRange.Of(_prefix, isPrefix: true, isFrom: false);
        var request = new RangeRequest { Key = key, RangeEnd = end, Limit = BatchKeys };
        while (true)
        {
            var batch = await _source.CallAsync(EtcdMethods.Range, request, isRead: true).ConfigureAwait(false);
            request.Revision = request.Revision == 0 ? batch.Header.Revision : request.Revision;
            foreach (var kv in batch.Kvs)
            {
                var put = new PutRequest { Key = Renamed(kv.Key), Value = kv.Value };
                await _target.CallAsync(EtcdMethods.Put, put).ConfigureAwait(false);
                Count();
            }

            if (!batch.More)
            {
                return request.Revision;
            }

            request.Key = ByteString.CopyFrom([.. batch.Kvs[^1].Key, 0]);
        }
    }

    private async Task FollowAsync(long start)
    {
        var (key, end) = KeyRange.Of(_prefix, isPrefix: true, isFrom: false);
        using var session = new WatchSession(_source);
        var request = new WatchCreateRequest { Key = key, RangeEnd = end, StartRevision = start, Fragment = true };
        await session.AddAsync(request, ApplyAsync).ConfigureAwait(false);
        await session.RunAsync(_context.Console.Interrupted).ConfigureAwait(false);
    }

    /// <summary>Changes of one revision go over in one transaction, as far as its limit allows.</summary>
    private async Task ApplyAsync(WatchResponse answer)
    {
        if (answer.Canceled)
        {
            throw new CtlException(CtlExit.Error, WatchSession.ReasonOf(answer));
        }

        var txn = new TxnRequest();
        long revision = 0;
        long opsMax = Math.Max(1, _context.Flags.Number("max-txn-ops"));
        foreach (var happened in answer.Events)
        {
            bool isNext = revision != 0 && happened.Kv.ModRevision > revision;
            if (isNext || txn.Success.Count >= opsMax)
            {
                await _target.CallAsync(EtcdMethods.Txn, txn).ConfigureAwait(false);
                txn = new TxnRequest();
            }

            revision = happened.Kv.ModRevision;
            txn.Success.Add(OperationOf(happened));
            Count();
        }

        if (txn.Success.Count > 0)
        {
            await _target.CallAsync(EtcdMethods.Txn, txn).ConfigureAwait(false);
        }
    }

    private RequestOp OperationOf(Event happened)
    {
        var key = Renamed(happened.Kv.Key);
        return happened.Type == Event.Types.EventType.Put
            ? new RequestOp { RequestPut = new PutRequest { Key = key, Value = happened.Kv.Value } }
            : new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = key } };
    }

    private ByteString Renamed(ByteString key)
    {
        byte[] prefix = System.Text.Encoding.UTF8.GetBytes(_prefix);
        return key.Span.StartsWith(prefix)
            ? ByteString.CopyFrom([.. System.Text.Encoding.UTF8.GetBytes(_targetPrefix), .. key.Span[prefix.Length..]])
            : key;
    }

    private void Count() => _progress.Report(Interlocked.Increment(ref _total), total: 0);

    private void Report(object? state)
    {
        _context.Out.WriteLine(Interlocked.Read(ref _total).ToString(CultureInfo.InvariantCulture));
        _context.Out.Flush();
    }
}
