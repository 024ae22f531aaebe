namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>One call of a v2 command.</summary>
internal sealed class V2Context
{
    public required CtlConsole Console { get; init; }

    public required V2Flags Globals { get; init; }

    public required V2Flags Flags { get; init; }

    public List<string> Arguments => Flags.Arguments;

    public CtlWriter Out => Console.Out;

    public string Format => Globals.Text("output");

    /// <summary>A client of the members that the endpoints know, or with --no-sync of the endpoints.</summary>
    public async Task<V2Client> ConnectAsync(bool syncs = true)
    {
        var client = V2Client.Of(this);
        if (syncs && !Globals.Switch("no-sync"))
        {
            await client.SyncAsync().ConfigureAwait(false);
        }

        client.TellEndpoints();
        return client;
    }

    /// <summary>The argument, or all of standard input when it is not given.</summary>
    /// <exception cref="V2Exception">There is neither.</exception>
    public string ArgumentOrInput(int index)
    {
        if (index < Arguments.Count)
        {
            return Arguments[index];
        }

        string input = Console.Lines.ReadToEnd();
        return input.Length > 0 ? input : throw V2Exception.Error(V2Exit.Error, "value required");
    }

    /// <exception cref="V2Exception">There is no argument.</exception>
    public string Key() => Arguments.Count > 0 ? Arguments[0] : throw V2Exception.Error(V2Exit.Error, "key required");
}
