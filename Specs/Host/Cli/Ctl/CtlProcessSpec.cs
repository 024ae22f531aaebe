using System.Diagnostics;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Cli.Ctl;

/// <summary>The tool as a process: by its own name and by the program's.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class CtlProcessSpec
{
    [Fact]
    public async Task Ctl_is_a_command_of_the_program()
    {
        ProcessStartInfo start = ActorEtcdProcess.Executable();
        start.ArgumentList.Add("ctl");
        var (exitCode, output, _) = await RunAsync(start, "", "version");
        Assert.Equal((0, "etcdctl version: 3.7.0\nAPI version: 3.7\n"), (exitCode, output));
    }

    [Fact]
    public async Task Exit_code_and_standard_error_are_those_of_the_command()
    {
        ProcessStartInfo start = ActorEtcdProcess.Executable();
        start.ArgumentList.Add("ctl");
        var (exitCode, output, errors) = await RunAsync(start, "", "put");
        Assert.Equal((128, "", "Error: put command needs 1 argument and input from stdin or 2 arguments\n"), (exitCode, output, errors));
    }

    [SkippableLinkFact]
    public async Task Program_is_etcdctl_when_it_is_called_so()
    {
        using var dir = new TempDir();
        string link = Path.Combine(dir.Path, "etcdctl");
        File.CreateSymbolicLink(link, SkippableLinkFactAttribute.Program);
        await using SingleServer server = await SingleServer.StartAsync(ServerKind.ActorEtcd);
        var (exitCode, output, errors) = await RunAsync(new ProcessStartInfo(link), "from input", "--endpoints", server.Process.Endpoint, "--command-timeout=60s", "put", "a");
        Assert.Equal((0, "OK\n", ""), (exitCode, output, errors));
        (exitCode, output, _) = await RunAsync(new ProcessStartInfo(link), "", "--endpoints", server.Process.Endpoint, "--command-timeout=60s", "lock", "l", "printenv", "ETCD_LOCK_REV");
        Assert.Equal((0, "3\n"), (exitCode, output));
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(ProcessStartInfo start, string input, params string[] arguments)
    {
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }

    /// <summary>Needs the executable beside its library, which a specs run on a published server has elsewhere.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class SkippableLinkFactAttribute : FactAttribute
    {
        public SkippableLinkFactAttribute()
        {
            if (!File.Exists(Program))
            {
                Skip = $"there is no {Program}";
            }
        }

        public static string Program => SpecEnvironment.ActorEtcdBinary ?? Path.Combine(AppContext.BaseDirectory, "actor-etcd");
    }
}
