/**
 * Model files, checkpoints and traces, all in the safetensors format.
 */
package chainrule.io;
