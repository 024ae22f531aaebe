using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ActorEtcd.Host.Config;
using ActorEtcd.Specs.Repo;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>The server as systemd starts it: it tells when it is ready, and its environment file is one of its flags.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed partial class PackagingSpec
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Service_manager_hears_when_clients_are_served_and_when_no_more(bool isAbstract)
    {
        using var node = new Node();
        string name = isAbstract ? $"actor-etcd-specs-{Guid.NewGuid():N}" : Path.Combine(node.Directory, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        manager.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + name : name));
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = isAbstract ? '@' + name : name };
        await using ServerRun run = ServerRun.Start(node.Arguments(), environment, node.Directory);

        Assert.Equal("READY=1", Receive(manager));
        await node.PutAsync("k", "v");
        Assert.Contains(run.Errors, line => line.Contains("ready to serve client requests", StringComparison.Ordinal));
        Assert.Equal(0, await run.EndAsync());
        Assert.Equal("STOPPING=1", Receive(manager));
    }

    [Fact]
    public async Task Service_manager_hears_of_a_proxy_too()
    {
        using var node = new Node();
        string name = Path.Combine(node.Directory, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        manager.Bind(new UnixDomainSocketEndPoint(name));
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = name, ["ETCD_PROXY"] = "on" };
        await using ServerRun run = ServerRun.Start(node.Arguments(), environment, node.Directory);

        Assert.Equal("READY=1", Receive(manager));
        Assert.Contains("process_start_time_seconds", (await node.GetAsync("/metrics")).Body, StringComparison.Ordinal);
        Assert.Equal(0, await run.EndAsync());
        Assert.Equal("STOPPING=1", Receive(manager));
    }

    [Fact]
    public async Task Service_manager_that_is_not_there_keeps_nobody_from_serving()
    {
        using var node = new Node();
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = Path.Combine(node.Directory, "nobody") };
        await using ServerRun run = ServerRun.Start(node.Arguments(), environment, node.Directory);
        await run.ServesAsync();
        Assert.Equal(0, await run.EndAsync());
    }

    [Fact]
    public async Task Server_starts_with_the_packaged_environment_file()
    {
        using var node = new Node();
        Dictionary<string, string> environment = Variables(commented: false);
        environment["ETCD_DATA_DIR"] = node.DataDir;
        environment["ETCD_LISTEN_CLIENT_URLS"] = environment["ETCD_LISTEN_CLIENT_URLS"].Replace("2379", $"{node.ClientPort}", StringComparison.Ordinal);
        environment["ETCD_ADVERTISE_CLIENT_URLS"] = environment["ETCD_ADVERTISE_CLIENT_URLS"].Replace("2379", $"{node.ClientPort}", StringComparison.Ordinal);
        environment["ETCD_LISTEN_PEER_URLS"] = environment["ETCD_INITIAL_ADVERTISE_PEER_URLS"] = node.PeerUrl;
        await using ServerRun run = ServerRun.Start([], environment, node.Directory);
        await run.ServesAsync();

        // A busy machine has warnings of its own.
        Assert.DoesNotContain(run.Errors, line =>
            line.Contains("\"level\":\"warn\"", StringComparison.Ordinal) && line.Contains("\"caller\":\"config\"", StringComparison.Ordinal));
        await node.PutAsync("k", "v");
        Assert.Equal(0, await run.EndAsync());
    }

    [Fact]
    public void Every_variable_of_the_environment_file_is_a_flag_and_shows_its_default()
    {
        var flags = ServerFlags.All.ToDictionary(flag => flag.EnvironmentVariable);
        Assert.All(Variables(commented: true), variable =>
        {
            FlagDefinition flag = flags[variable.Key];
            string[] defaults = flag.Name == "initial-cluster" ? ["default=http://localhost:2380"] : [flag.Default, string.Empty];
            Assert.Contains(variable.Value, defaults);
        });
    }

    [Fact]
    public void Unit_is_of_a_kind_that_waits_for_readiness_and_reads_the_environment_file()
    {
        string unit = Repository.Read("Host/packaging/actor-etcd.service");
        Assert.Contains("\nType=notify\n", unit, StringComparison.Ordinal);
        Assert.Contains("\nEnvironmentFile=-/etc/etcd/etcd.conf\n", unit, StringComparison.Ordinal);
    }

    [SystemdFact]
    public async Task Unit_is_sound_to_systemd()
    {
        using var dir = new TempDir();
        string unit = Path.Combine(dir.Path, "actor-etcd.service");
        await File.WriteAllTextAsync(unit, Repository.Read("Host/packaging/actor-etcd.service").Replace("/usr/bin/actor-etcd", "/bin/true", StringComparison.Ordinal));
        var start = new ProcessStartInfo(SystemdFactAttribute.Program, ["verify", "--man=no", unit]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.DoesNotContain("actor-etcd.service", errors + await output, StringComparison.Ordinal);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void Image_is_made_of_what_is_there_and_started_with_flags_that_are_read()
    {
        string[] lines = Instructions(Repository.Read("Host/packaging/Dockerfile"));
        Dictionary<string, string> variables = Of("ENV").SelectMany(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(static pair => pair.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
        string entry = Assert.Single(JsonSerializer.Deserialize<string[]>(Assert.Single(Of("ENTRYPOINT")))!);

        // What is published ends where the image takes it from, and the program is what the project makes.
        Match publish = Assert.Single(Of("RUN").Select(static line => Publish().Match(line)), static match => match.Success);
        string[] copy = Assert.Single(Of("COPY"), static line => line.StartsWith("--from=", StringComparison.Ordinal)).Split(' ');
        Assert.Equal($"--from={Assert.Single(Of("FROM"), static line => line.Contains(" AS ", StringComparison.Ordinal)).Split(' ')[^1]}", copy[0]);
        Assert.Equal(publish.Groups["output"].Value, copy[1]);
        string project = Repository.Read($"{publish.Groups["project"].Value}/{publish.Groups["project"].Value}.csproj");
        Assert.Contains($"<AssemblyName>{Path.GetFileName(entry)}</AssemblyName>", project, StringComparison.Ordinal);
        Assert.Equal(copy[2], Path.GetDirectoryName(entry));
        Assert.All(Links().Matches(string.Join('\n', Of("RUN"))), link => Assert.Equal(entry, link.Groups["target"].Value));

        // The frameworks of both stages are the project's, and the ports and the volume those of the settings.
        Assert.All(Of("FROM"), static line => Assert.Contains($":{Environment.Version.Major}.{Environment.Version.Minor}", line, StringComparison.Ordinal));
        var warnings = new List<string>();
        FlagValues flags = FlagParser.Parse(ServerFlags.All, [], variables, warnings.Add);
        ServerOptions options = ServerOptionsReader.Read(flags);
        Assert.Empty(warnings);
        Assert.Equal(options.DataDirectory, Assert.Single(Of("VOLUME")));
        Assert.Equal(
            Assert.Single(Of("EXPOSE")).Split(' ').Order(),
            options.ListenClientUrls.Concat(options.ListenPeerUrls).Select(static url => $"{url.Port}").Order());

        IEnumerable<string> Of(string instruction) => lines
            .Where(line => line.StartsWith(instruction + " ", StringComparison.Ordinal))
            .Select(line => line[(instruction.Length + 1)..].Trim());
    }

    private static string[] Instructions(string file) =>
    [
        .. file.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
            .Where(static line => line.Length > 0 && line[0] != '#'),
    ];

    [GeneratedRegex("dotnet publish (?<project>[^ ]+) .*-o (?<output>[^ ]+)")]
    private static partial Regex Publish();

    [GeneratedRegex("ln -s (?<target>[^ ]+) ")]
    private static partial Regex Links();

    private static Dictionary<string, string> Variables(bool commented) => Variable()
        .Matches(Repository.Read("Host/packaging/etcd.conf"))
        .Where(match => match.Groups[1].Length > 0 == commented)
        .ToDictionary(match => match.Groups[2].Value, match => match.Groups[3].Value);

    private static string Receive(Socket socket)
    {
        byte[] buffer = new byte[256];
        return Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer));
    }

    [GeneratedRegex("^(#?)(ETCD_[A-Z0-9_]+)=\"(.*)\"$", RegexOptions.Multiline)]
    private static partial Regex Variable();

    /// <summary>Needs the tool that checks units.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class SystemdFactAttribute : FactAttribute
    {
        public const string Program = "/usr/bin/systemd-analyze";

        public SystemdFactAttribute()
        {
            Skip = File.Exists(Program) ? null : $"there is no {Program}";
        }
    }
}
