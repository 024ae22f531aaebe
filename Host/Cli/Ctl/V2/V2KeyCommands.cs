namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>The commands for keys and directories.</summary>
internal static class V2KeyCommands
{
    public static async Task GetAsync(V2Context context)
    {
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        var found = await V2Keys.GetAsync(context, client, context.Key(), isRecursive: false).ConfigureAwait(false);
        if (found.Node.IsDirectory)
        {
            throw new V2Exception(V2Exit.Error, $"{found.Node.Key}: is a directory\n");
        }

        found.Print(context);
    }

    public static async Task ListAsync(V2Context context)
    {
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        string key = context.Arguments.Count > 0 ? context.Arguments[0] : "/";
        var found = await V2Keys.GetAsync(context, client, key, context.Flags.Switch("recursive")).ConfigureAwait(false);
        if (context.Format != "simple")
        {
            found.Print(context);
            return;
        }

        if (!found.Node.IsDirectory)
        {
            context.Out.WriteLine(found.Node.Key);
        }

        foreach (var node in found.Node.Nodes ?? [])
        {
            PrintNames(context, node);
        }
    }

    public static async Task SetAsync(V2Context context)
    {
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        string key = context.Key();
        string value = context.ArgumentOrInput(1);
        var done = await V2Keys.SetAsync(
            context, client, key, value, previous: context.Flags.Text("swap-with-value"), index: context.Flags.Number("swap-with-index")).ConfigureAwait(false);
        done.Print(context);
    }

    public static async Task MakeAsync(V2Context context)
    {
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        string key = context.Key();
        string value = context.ArgumentOrInput(1);
        var done = await (context.Flags.Switch("in-order")
            ? V2Keys.CreateInOrderAsync(context, client, key, value)
            : V2Keys.SetAsync(context, client, key, value, mustExist: false)).ConfigureAwait(false);
        done.Print(context);
    }

    public static async Task UpdateAsync(V2Context context)
    {
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        string key = context.Key();
        string value = context.ArgumentOrInput(1);
        (await V2Keys.SetAsync(context, client, key, value, mustExist: true).ConfigureAwait(false)).Print(context);
    }

    public static Task MakeDirectoryAsync(V2Context context) => DirectoryAsync(context, mustExist: false);

    public static Task SetDirectoryAsync(V2Context context) => DirectoryAsync(context, mustExist: null);

    public static Task UpdateDirectoryAsync(V2Context context) => DirectoryAsync(context, mustExist: true);

    public static async Task RemoveAsync(V2Context context)
    {
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        var flags = context.Flags;
        var done = await V2Keys.DeleteAsync(
            client, context.Key(), flags.Switch("dir"), flags.Switch("recursive"), flags.Text("with-value"), flags.Number("with-index")).ConfigureAwait(false);
        PrintUnlessDirectory(context, done);
    }

    public static async Task RemoveDirectoryAsync(V2Context context)
    {
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        PrintUnlessDirectory(context, await V2Keys.DeleteAsync(client, context.Key(), isDirectory: true).ConfigureAwait(false));
    }

    public static async Task WatchAsync(V2Context context)
    {
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        string key = context.Key();
        bool isRecursive = context.Flags.Switch("recursive");
        long index = context.Flags.Number("after-index") is > 0 and var after ? after + 1 : 0;
        while (true)
        {
            var seen = await V2Keys.WaitAsync(context, client, key, isRecursive, index).ConfigureAwait(false);
            index = seen.Node.Modified + 1;
            if (seen.Node.IsDirectory)
            {
                continue;
            }

            if (isRecursive)
            {
                context.Out.WriteLine($"[{seen.Action}] {seen.Node.Key}");
            }

            seen.Print(context);
            context.Out.Flush();
            if (!context.Flags.Switch("forever"))
            {
                return;
            }
        }
    }

    public static async Task ExecuteAtEventsAsync(V2Context context)
    {
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        var arguments = context.Arguments;
        if (arguments.Count < 2)
        {
            throw V2Exception.Error(V2Exit.Error, "key and command to exec required");
        }

        bool hasSeparator = arguments.IndexOf("--") > 0;
        string key = hasSeparator ? arguments[0] : arguments[^1];
        string[] command = hasSeparator ? [.. arguments.Skip(2)] : [.. arguments.SkipLast(1)];
        long index = context.Flags.Number("after-index") is > 0 and var after ? after + 1 : 0;
        while (true)
        {
            var seen = await V2Keys.WaitAsync(context, client, key, context.Flags.Switch("recursive"), index).ConfigureAwait(false);
            index = seen.Node.Modified + 1;
            if (seen.Node.IsDirectory)
            {
                context.Console.Error.WriteLine($"Ignored dir {seen.Node.Key} change");
                context.Console.Error.Flush();
                continue;
            }

            await ExecuteAsync(context, command, seen).ConfigureAwait(false);
        }
    }

    private static async Task ExecuteAsync(V2Context context, string[] command, V2Event seen)
    {
        KeyValuePair<string, string>[] variables =
        [
            new("ETCD_WATCH_ACTION", seen.Action),
            new("ETCD_WATCH_MODIFIED_INDEX", Output.CtlRows.Number(seen.Node.Modified)),
            new("ETCD_WATCH_KEY", seen.Node.Key),
            new("ETCD_WATCH_VALUE", seen.Node.Value),
        ];
        try
        {
            await context.Console.ExecuteAsync(command, variables).ConfigureAwait(false);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new V2Exception(V2Exit.Error, $"exec: {Text.GoText.Quote(command[0])}: executable file not found in $PATH");
        }
    }

    private static async Task DirectoryAsync(V2Context context, bool? mustExist)
    {
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        var done = await V2Keys.SetAsync(context, client, context.Key(), value: null, mustExist).ConfigureAwait(false);
        if (context.Format != "simple")
        {
            done.Print(context);
        }
    }

    private static void PrintUnlessDirectory(V2Context context, V2Event done)
    {
        if (!done.Node.IsDirectory || context.Format != "simple")
        {
            done.Print(context);
        }
    }

    private static void PrintNames(V2Context context, V2Node node)
    {
        context.Out.WriteLine(node.IsDirectory && context.Flags.Switch("p") ? node.Key + "/" : node.Key);
        foreach (var child in node.Nodes ?? [])
        {
            PrintNames(context, child);
        }
    }
}
