namespace Akka.MultiNode.TestAdapter.Internal;

/// <summary>A test on one of its nodes.</summary>
public class NodeTest
{
    public NodeTest(MultiNodeTestCase testCase, int node, string role)
    {
        TestCase = testCase;
        Node = node;
        Role = role;
    }

    /// <summary>From 1; node 1 conducts.</summary>
    public int Node { get; }

    public string Role { get; }

    public MultiNodeTestCase TestCase { get; }

    public string Name => $"{TestCase.DisplayName}_node{Node}";

    public string DisplayName => $"{TestCase.DisplayName}_node{Node}[{Role}]";
}
