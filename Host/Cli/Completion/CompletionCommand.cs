namespace ActorEtcd.Host.Cli.Completion;

/// <summary>Completion of the whole program, server and commands, by its own name.</summary>
internal static class CompletionCommand
{
    /// <summary>What the script asks.</summary>
    public static Task<int> CompleteAsync(IReadOnlyList<string> words)
    {
        Console.Out.Write(Completer.Lines(CompletionTrees.Program(), words));
        return Task.FromResult(0);
    }

    /// <summary><c>actor-etcd completion &lt;shell&gt;</c>.</summary>
    public static Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var shell] || !ShellScript.Shells.Contains(shell))
        {
            Console.Error.WriteLine($"Usage: actor-etcd completion {string.Join('|', ShellScript.Shells)}");
            return Task.FromResult(1);
        }

        Console.Out.Write(ShellScript.Of(shell, "actor-etcd"));
        return Task.FromResult(0);
    }
}
