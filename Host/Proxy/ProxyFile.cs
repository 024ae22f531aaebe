using System.Text.Json;
using ActorEtcd.Host.Config;
using ActorEtcd.Persistence.DataDir;

namespace ActorEtcd.Host.Proxy;

/// <summary>What a proxy knows of its cluster, as JSON in <c>proxy/cluster</c>: etcd's <c>PeerURLs</c>, and <c>ClientURLs</c>.</summary>
internal sealed class ProxyFile(string dataDirectory)
{
    private readonly string _directory = Path.Combine(dataDirectory, "proxy");

    /// <summary>Whether a proxy has used the data directory, be it without success.</summary>
    public bool HasDirectory => Directory.Exists(_directory);

    public bool Exists => File.Exists(FilePath);

    private string FilePath => Path.Combine(_directory, "cluster");

    /// <exception cref="ConfigException">The file is no JSON of that form.</exception>
    public (IReadOnlyList<string> PeerUrls, IReadOnlyList<string> ClientUrls) Read()
    {
        try
        {
            var content = JsonSerializer.Deserialize<Content>(File.ReadAllBytes(FilePath));
            return (content?.PeerURLs ?? [], content?.ClientURLs ?? []);
        }
        catch (JsonException malformed)
        {
            throw new ConfigException($"{FilePath} is damaged: {malformed.Message}; remove it to find the cluster anew");
        }
    }

    public void Write(IEnumerable<string> peerUrls, IEnumerable<string> clientUrls)
    {
        DurableFiles.CreateDirectory(dataDirectory);
        DurableFiles.CreateDirectory(_directory);
        var part = FilePath + ".bak";
        File.WriteAllBytes(part, JsonSerializer.SerializeToUtf8Bytes(new Content([.. peerUrls], [.. clientUrls])));
        File.Move(part, FilePath, overwrite: true);
    }

    private sealed record Content(string[] PeerURLs, string[] ClientURLs);
}
