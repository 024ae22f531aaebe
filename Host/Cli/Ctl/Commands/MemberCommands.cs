using System.Text;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Cli.Ctl.Output;
using ActorEtcd.Host.Cli.Ctl.Text;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>member add, remove, update, list, promote.</summary>
internal static class MemberCommands
{
    public static readonly CtlFlag[] AddFlags =
    [
        CtlFlag.Text("peer-urls", "", "The new member's peer URLs, separated by commas."),
        CtlFlag.Switch("learner", "The new member does not vote until it is promoted."),
    ];

    public static readonly CtlFlag[] UpdateFlags = [CtlFlag.Text("peer-urls", "", "The member's peer URLs, separated by commas.")];

    public static readonly CtlFlag[] ListFlags =
        [CtlFlag.Text("consistency", "l", "Ask a majority (l) or the asked member alone (s).") with { Choices = ["l", "s"] }];

    public static async Task AddAsync(CtlContext context)
    {
        if (context.Arguments.Count == 0)
        {
            throw CtlException.BadArguments("member name not provided");
        }

        if (context.Arguments.Count > 1)
        {
            var urls = context.Arguments.Where(static argument => argument.StartsWith("http", StringComparison.OrdinalIgnoreCase));
            throw CtlException.BadArguments(
                "too many arguments" + string.Concat(urls.Select(static url => $", did you mean --peer-urls={url}")));
        }

        var request = new MemberAddRequest { IsLearner = context.Flags.Switch("learner") };
        request.PeerURLs.Add(PeerUrls(context));
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        CheckUrls(request.PeerURLs);
        var answer = await client.CallAsync(CtlMethods.MemberAdd, request, context.CommandTimeout).ConfigureAwait(false);
        context.Printer.Print(answer);
        if (context.Printer.IsSimple)
        {
            TellSettings(context, answer);
        }
    }

    public static async Task RemoveAsync(CtlContext context)
    {
        var request = new MemberRemoveRequest { ID = Id(context) };
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        var answer = await client.CallAsync(CtlMethods.MemberRemove, request, context.CommandTimeout).ConfigureAwait(false);
        context.Printer.Print(answer, CtlRows.Hex(request.ID));
    }

    public static async Task UpdateAsync(CtlContext context)
    {
        var request = new MemberUpdateRequest { ID = Id(context) };
        request.PeerURLs.Add(PeerUrls(context));
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        CheckUrls(request.PeerURLs);
        var answer = await client.CallAsync(CtlMethods.MemberUpdate, request, context.CommandTimeout).ConfigureAwait(false);
        context.Printer.Print(answer, CtlRows.Hex(request.ID));
    }

    public static async Task PromoteAsync(CtlContext context)
    {
        var request = new MemberPromoteRequest { ID = Id(context) };
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        var answer = await client.CallAsync(CtlMethods.MemberPromote, request, context.CommandTimeout).ConfigureAwait(false);
        context.Printer.Print(answer, CtlRows.Hex(request.ID));
    }

    public static async Task ListAsync(CtlContext context)
    {
        var request = new MemberListRequest { Linearizable = !KvRequests.IsSerializable(context.Flags) };
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        context.Printer.Print(await client.CallAsync(
            EtcdMethods.MemberList, request, context.CommandTimeout, isRead: true).ConfigureAwait(false));
    }

    private static ulong Id(CtlContext context)
    {
        if (context.Arguments is not [var text])
        {
            throw CtlException.BadArguments("member ID is not provided");
        }

        return GoText.TryParseHex(text, out ulong id, out string? reason)
            ? id
            : throw CtlException.BadArguments($"bad member ID arg ({reason}), expecting ID in Hex");
    }

    private static string[] PeerUrls(CtlContext context) => context.Flags.Text("peer-urls") is { Length: > 0 } urls
        ? urls.Split(',')
        : throw CtlException.BadArguments("member peer urls not provided");

    public static void CheckUrls(IEnumerable<string> urls)
    {
        foreach (string url in urls.Select(static url => url.Trim()))
        {
            int scheme = url.IndexOf("://", StringComparison.Ordinal);
            string? reason = scheme < 0 || url[..scheme] is not ("http" or "https" or "unix" or "unixs")
                    ? "URL scheme must be http, https, unix, or unixs"
                : !IsHostAndPort(url[(scheme + 3)..].Split('/')[0]) ? "URL address does not have the form \"host:port\""
                : url.IndexOf('/', scheme + 3) >= 0 ? "URL must not contain a path"
                : null;
            if (reason != null)
            {
                throw new CtlException(CtlExit.Error, $"{reason}: {url}");
            }
        }
    }

    private static bool IsHostAndPort(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon >= 0 && colon > text.LastIndexOf(']') && (text.StartsWith('[') || text.IndexOf(':', StringComparison.Ordinal) == colon);
    }

    // What the new member's server has to be started with.
    private static void TellSettings(CtlContext context, MemberAddResponse answer)
    {
        string name = context.Arguments[0];
        var cluster = answer.Members.SelectMany(member => member.PeerURLs
            .Select(url => $"{(member.ID == answer.Member.ID ? name : member.Name)}={url}"));
        var settings = new StringBuilder("\n")
            .Append($"ETCD_NAME={GoText.Quote(name)}\n")
            .Append($"ETCD_INITIAL_CLUSTER={GoText.Quote(string.Join(',', cluster))}\n")
            .Append($"ETCD_INITIAL_ADVERTISE_PEER_URLS={GoText.Quote(context.Flags.Text("peer-urls"))}\n")
            .Append("ETCD_INITIAL_CLUSTER_STATE=\"existing\"\n");
        context.Out.Write(settings.ToString());
    }
}
