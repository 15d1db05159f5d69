/**
 * Data sets, readers of their file formats, and batches.
 */
package chainrule.data;
