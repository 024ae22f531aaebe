using System.Text.Json;
using ActorEtcd.Host.Cli.Ctl.Output;

namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>What a request for keys did, or what a watch saw.</summary>
internal sealed record V2Event(string Action, V2Node Node, V2Node? Previous, string Index)
{
    public static V2Event Of(V2Answer answer)
    {
        using var document = JsonDocument.Parse(answer.Body);
        var json = document.RootElement;
        return new V2Event(
            V2Json.Text(json, "action"),
            V2Node.Of(json.GetProperty("node")),
            V2Json.Find(json, "prevNode") is { } previous ? V2Node.Of(previous) : null,
            answer.Index);
    }

    public void Print(V2Context context)
    {
        switch (context.Format)
        {
            case "simple":
                context.Out.WriteLine(Action == "delete" ? $"PrevNode.Value: {Previous?.Value}" : Node.Value);
                break;
            case "extended":
                context.Out.Write(Extended());
                break;
            case "json":
                context.Out.WriteLine(Json());
                break;
            default:
                context.Console.Error.WriteLine($"Unsupported output format: {context.Format}");
                break;
        }
    }

    private string Extended()
    {
        string previous = Previous == null ? "" : $"PrevNode.Value: {Previous.Value}\n";
        string value = Action == "delete" ? "" : $"\n{Node.Value}\n";
        return $"Key: {Node.Key}\nCreated-Index: {Node.Created}\nModified-Index: {Node.Modified}\n{previous}TTL: {Node.Ttl}\nIndex: {Index}\n{value}";
    }

    private string Json()
    {
        var json = new JsonText().Begin().Field("action", Action, always: true);
        Node.Write(json, "node");
        if (Previous == null)
        {
            json.Raw("prevNode", "null");
        }
        else
        {
            Previous.Write(json, "prevNode");
        }

        return json.End().ToString();
    }
}
